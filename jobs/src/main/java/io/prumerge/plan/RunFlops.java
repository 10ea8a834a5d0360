package io.prumerge.plan;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.LayerRun;
import io.prumerge.cost.ReductionWork;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The FLOPs of a run whose methods and questions share what they have in common. The text before
 * the image runs once per model and is not counted. An image is encoded and scored once for all
 * methods; its visual tokens run once per method for all its questions.
 *
 * <p>The run differs in two ways: it computes methods with equal tokens once, and its packed
 * questions also compute each other's masked positions.
 */
public final class RunFlops {

  private final List<MethodEstimate> methods;
  private final CostModel cost;
  private final int before;
  private final int behind;

  public RunFlops(RunEstimate estimate) {
    this.methods = estimate.methods();
    this.cost = estimate.cost();
    this.before = estimate.before();
    this.behind = estimate.behind();
  }

  /** Returns the work of an image, of a question about it and of a question without one. */
  RunWork work() {
    return new RunWork(perImage(), perQuestion(), perTextQuestion());
  }

  /** Returns the FLOPs per image with all methods that do not depend on its questions. */
  private double perImage() {
    double flops = tower() + evidence(false) + (double) views() * cost.connector().shared();
    for (MethodEstimate method : methods) {
      flops += method.byQuestion() ? 0 : tokens(method);
      flops += shared(method);
    }
    return flops;
  }

  // Each piece of evidence once, whichever methods read it for which the tower sees the whole
  // picture.
  private double evidence(boolean perQuestion) {
    Map<TowerEvidence, Long> seen = new HashMap<>();
    methods.stream()
        .filter(method -> !seesApart(method))
        .forEach(method -> seen.putAll(method.seen()));
    return seen.entrySet().stream()
        .filter(piece -> piece.getKey().perQuestion() == perQuestion)
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  // What is made of the image's tokens before the decoder.
  private double tokens(MethodEstimate method) {
    double flops = cost.reductions().selection(method.work());
    for (ReductionWork view : method.work().views()) {
      if (!view.projectsAll()) {
        flops += cost.connector().own(view.tokens(), method.work().instruction());
      } else if (seesApart(method)) {
        flops += cost.evidence().of(new TowerEvidence.Projected());
      }
    }
    return flops;
  }

  /**
   * Returns the FLOPs of the tower over an image: the layers that methods need of the run that they
   * share, and the runs of methods that act inside it or for which it sees something else.
   */
  public double tower() {
    double apart = 0;
    double own = 0;
    int layers = 0;
    boolean whole = false;
    for (MethodEstimate method : methods) {
      if (seesApart(method)) {
        apart += cost.tower().of(method.work());
      } else {
        own += cost.tower().own(method.work());
        layers = Math.max(layers, towerLayers(method));
        whole = true;
      }
    }
    return apart + own + (whole ? (double) views() * cost.tower().layers(layers) : 0);
  }

  private static boolean seesApart(MethodEstimate method) {
    return TokenReducers.of(method.method()).seesApart();
  }

  // All methods that see the whole picture see the same views; of a smaller one there are fewer.
  private int views() {
    return methods.stream().mapToInt(method -> method.work().views().size()).max().orElse(1);
  }

  private int towerLayers(MethodEstimate method) {
    ReductionWork view = method.work().views().get(0); // they are alike
    if (view.smallImage().isPresent()
        && method.seen().keySet().stream().allMatch(one -> one.ownRun().isPresent())) {
      return 0;
    }
    boolean features = view.tower().isEmpty() || !method.seen().isEmpty();
    return features ? cost.shape().tower().features().depth() : view.tower().orElseThrow().shared();
  }

  // The visual tokens in the layers in which all questions have the same.
  private double shared(MethodEstimate method) {
    double flops = 0;
    int layer = 0;
    for (LayerRun run : method.visual().runs(cost.shape().decoder().layers())) {
      if (layer < method.parts()) {
        long pairs = (long) run.tokens() * (before + run.tokens());
        flops += run.layers() * (double) cost.decoder().of(run.tokens(), pairs, 0);
      }
      layer += run.layers();
    }
    return flops + cost.decoder().crossing(method.visual().first(), method.tokens());
  }

  /**
   * Returns the FLOPs that a question about an image adds with all methods. Its rows attend to all
   * tokens before them and to themselves; in the same pass the image's tokens compute its masked
   * positions. Where a question keeps tokens of its own, these are rows of the question.
   */
  private double perQuestion() {
    return evidence(true) + methods.stream().mapToDouble(this::question).sum();
  }

  private double question(MethodEstimate method) {
    double flops =
        (method.byQuestion() ? tokens(method) : 0)
            + cost.decoder().head(1)
            + (double) cost.cuts(method.visual(), before + behind, behind).of(method.cuts());
    int layer = 0;
    for (LayerRun run : method.visual().runs(cost.shape().decoder().layers())) {
      long all = (long) before + run.tokens() + behind;
      boolean apart = layer >= method.parts();
      long rows = apart ? run.tokens() + (long) behind : behind;
      long masked = apart ? 0 : (long) run.tokens() * behind;
      flops += run.layers() * (double) cost.decoder().of(rows, rows * all + masked, 0);
      layer += run.layers();
    }
    return flops + cost.decoder().crossing(behind, method.tokens());
  }

  /** Returns the FLOPs of a question without an image, which is answered once for all methods. */
  private double perTextQuestion() {
    int tokens = before + behind;
    return (double) cost.decoder().prefill(tokens) + cost.decoder().crossing(tokens, 0);
  }
}
