package io.prumerge.plan;

import io.prumerge.config.ClipConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.MethodCost;
import io.prumerge.cost.ReductionWork;
import io.prumerge.cost.TextCost;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.reduction.CountedPatches;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Estimated FLOPs of a run before it starts, up to each answer's first token, since the length of
 * answers is unknown. The text before the image runs once per model. An image is encoded and scored
 * once for all methods; its visual tokens run once per method for all its questions.
 *
 * <p>Counts in floating point, since a large sweep exceeds 64 bits. The run differs in two ways: it
 * computes methods with equal tokens once, and its packed questions also compute each other's
 * masked positions. A connector that reads the question is taken to read as many tokens as the
 * decoder.
 *
 * @param cost cost model of the checkpoint
 * @param before prompt tokens before the image, shared by an image's questions
 * @param behind prompt tokens after the image, mean over questions
 * @param methods each method's result on a typical image
 */
public record RunEstimate(CostModel cost, int before, int behind, List<MethodEstimate> methods) {

  /**
   * One method's result on a {@link TypicalImage}.
   *
   * @param sized the method as its budget sizes it for this image; the method itself without one
   * @param work the work of the reduction, on all views
   * @param cuts where visual tokens leave the decoder
   * @param seen FLOPs of the evidence that it reads, for itself or for another method's count
   * @param byQuestion whether each question has tokens of its own, by the method or by a connector
   *     that reads the question
   */
  public record MethodEstimate(
      MethodSpec method,
      MethodSpec sized,
      ImageWork work,
      List<LayerCut> cuts,
      Map<TowerEvidence, Long> seen,
      boolean byQuestion) {

    /** Returns the visual tokens that the language model receives. */
    public int tokens() {
      return work.tokens();
    }

    /** Whether a budget sizes the method image by image. */
    boolean isSized() {
      return !sized.equals(method);
    }

    /** Returns the visual tokens by layer of the decoder. */
    public TokenSchedule visual() {
      return TokenSchedule.of(tokens(), cuts);
    }

    /** Returns the first layer in which each question has visual tokens of its own. */
    int parts() {
      if (byQuestion) {
        return 0;
      }
      return cuts.stream()
          .filter(LayerCut::perQuestion)
          .mapToInt(LayerCut::layer)
          .min()
          .orElse(Integer.MAX_VALUE);
    }
  }

  public RunEstimate {
    methods = List.copyOf(methods);
  }

  /**
   * Applies all methods to a typical image.
   *
   * @param clips the configuration of a CLIP folder that a method names
   * @throws io.prumerge.reduction.ReductionException if a method cannot be applied to any image of
   *     this model
   */
  static RunEstimate of(
      CostModel cost,
      TypicalImage image,
      int before,
      int behind,
      List<MethodSpec> methods,
      Function<String, ClipConfig> clips) {
    TextCost texts = new TextCost(cost.shape());
    return new RunEstimate(
        cost,
        before,
        behind,
        methods.stream()
            .map(
                method ->
                    estimate(
                        cost,
                        method,
                        image,
                        cost.connector().instruction(before + behind),
                        text -> texts.estimate(text, behind, clips)))
            .toList());
  }

  private static MethodEstimate estimate(
      CostModel cost,
      MethodSpec method,
      TypicalImage image,
      int instruction,
      ToLongFunction<TowerEvidence.OfText> texts) {
    TokenReducer reducer = TokenReducers.of(method);
    CountedPatches counted = new MethodCost(cost).counted(image);
    TokenReducer sized = reducer.on(counted);
    Set<TowerEvidence> evidence = new LinkedHashSet<>(reducer.sees());
    evidence.remove(TowerEvidence.SmallImage.OF_ANY_SIZE);
    evidence.addAll(sized.sees());
    Map<TowerEvidence, Long> seen = new LinkedHashMap<>();
    for (TowerEvidence piece : TowerEvidence.withSources(evidence)) {
      long text = piece instanceof TowerEvidence.OfText ofText ? texts.applyAsLong(ofText) : 0;
      seen.put(piece, text + cost.evidence().of(piece));
    }
    ImageWork work =
        MethodCost.work(sized, counted, (view, piece) -> seen.getOrDefault(piece, 0L))
            .reading(instruction);
    return new MethodEstimate(
        method,
        sized.spec(),
        work,
        LayerCut.of(sized, work.tokens(), counted.measures().layers()),
        seen,
        reducer.perQuestion() || cost.shape().connector().readsText());
  }

  /** Returns the visual tokens in a layer of the decoder, mean over the layers. */
  double layerMean(MethodEstimate method) {
    return method.visual().mean(cost.shape().decoder().layers());
  }

  /**
   * Returns the FLOPs of one question about one image under one method, asked alone: the number
   * that papers report.
   */
  public double alone(MethodEstimate method) {
    return cost.question(method.work(), method.cuts(), before + behind, behind, 1).total();
  }

  /** Returns the FLOPs per image under all methods that do not depend on its questions. */
  double perImage() {
    double flops = tower() + evidence(false) + (double) views() * cost.connector().shared();
    for (MethodEstimate method : methods) {
      flops += method.byQuestion() ? 0 : tokens(method);
      flops += shared(method);
    }
    return flops;
  }

  // Each piece of evidence once per view, whichever methods read it.
  private double evidence(boolean perQuestion) {
    Map<TowerEvidence, Long> seen = new HashMap<>();
    methods.forEach(method -> seen.putAll(method.seen()));
    return views()
        * seen.entrySet().stream()
            .filter(piece -> piece.getKey().perQuestion() == perQuestion)
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }

  // What is made of the image's tokens before the decoder.
  private double tokens(MethodEstimate method) {
    double flops = cost.reductions().selection(method.work());
    for (ReductionWork view : method.work().views()) {
      flops +=
          view.projectsAll() ? 0 : cost.connector().own(view.tokens(), method.work().instruction());
    }
    return flops;
  }

  /**
   * Returns the FLOPs of the tower over an image: the run that all methods share as far as they
   * need it, and the runs of methods that act inside it.
   */
  double tower() {
    double own = 0;
    int layers = 0;
    for (MethodEstimate method : methods) {
      own += cost.tower().own(method.work());
      layers = Math.max(layers, towerLayers(method));
    }
    return own + (double) views() * cost.tower().layers(layers);
  }

  // All methods see the same views.
  private int views() {
    return methods.stream().mapToInt(method -> method.work().views().size()).max().orElse(1);
  }

  private int towerLayers(MethodEstimate method) {
    ReductionWork view = method.work().views().get(0); // they are alike
    if (view.smallImage().isPresent()
        && method.seen().keySet().stream().allMatch(TowerEvidence.SmallImage.class::isInstance)) {
      return 0;
    }
    boolean features = view.tower().isEmpty() || !method.seen().isEmpty();
    return features ? cost.shape().tower().featureDepth() : view.tower().orElseThrow().shared();
  }

  // The visual tokens in the layers in which all questions have the same.
  private double shared(MethodEstimate method) {
    double flops = 0;
    int layer = 0;
    for (TokenSchedule.Run run : method.visual().runs(cost.shape().decoder().layers())) {
      if (layer < method.parts()) {
        long pairs = (long) run.tokens() * (before + run.tokens());
        flops += run.layers() * (double) cost.decoder().of(run.tokens(), pairs, 0);
      }
      layer += run.layers();
    }
    return flops;
  }

  /**
   * Returns the FLOPs that a question about an image adds under all methods. Its rows attend to all
   * tokens before them and to themselves; in the same pass the image's tokens compute its masked
   * positions. Where a question keeps tokens of its own, these are rows of the question.
   */
  double perQuestion() {
    return evidence(true) + methods.stream().mapToDouble(this::question).sum();
  }

  private double question(MethodEstimate method) {
    double flops =
        (method.byQuestion() ? tokens(method) : 0)
            + cost.decoder().head(1)
            + (double) cost.cuts(method.visual(), before + behind, behind).of(method.cuts());
    int layer = 0;
    for (TokenSchedule.Run run : method.visual().runs(cost.shape().decoder().layers())) {
      long all = (long) before + run.tokens() + behind;
      boolean apart = layer >= method.parts();
      long rows = apart ? run.tokens() + (long) behind : behind;
      long masked = apart ? 0 : (long) run.tokens() * behind;
      flops += run.layers() * (double) cost.decoder().of(rows, rows * all + masked, 0);
      layer += run.layers();
    }
    return flops;
  }

  /** Returns the FLOPs of a question without an image, which is answered once for all methods. */
  double perTextQuestion() {
    return cost.decoder().prefill(before + behind);
  }

  /** Returns the work of a run. */
  RunWork work() {
    return new RunWork(perImage(), perQuestion(), perTextQuestion());
  }
}
