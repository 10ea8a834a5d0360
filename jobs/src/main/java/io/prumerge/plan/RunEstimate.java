package io.prumerge.plan;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.ReductionWork;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Estimated FLOPs of a run before it starts, up to each answer's first token, since the length of
 * answers is unknown. The text before the image runs once per model. An image is encoded and scored
 * once for all methods; its visual tokens run once per method for all its questions.
 *
 * <p>Counts in floating point, since a large sweep exceeds 64 bits. The run differs in two ways: it
 * computes methods with equal tokens once, and its packed questions also compute each other's
 * masked positions.
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
   * @param work the work of the reduction
   * @param seen evidence about the image that it reads, for itself or for another method's count
   */
  public record MethodEstimate(MethodSpec method, ReductionWork work, Set<TowerEvidence> seen) {

    /** Returns the visual tokens that the language model receives. */
    public int tokens() {
      return work.tokens();
    }
  }

  public RunEstimate {
    methods = List.copyOf(methods);
  }

  /**
   * Applies all methods to a typical image.
   *
   * @throws io.prumerge.reduction.ReductionException if a method cannot be applied to any image of
   *     this model
   */
  static RunEstimate of(
      CostModel cost, TypicalImage image, int before, int behind, List<MethodSpec> methods) {
    return new RunEstimate(
        cost, before, behind, methods.stream().map(method -> estimate(method, image)).toList());
  }

  private static MethodEstimate estimate(MethodSpec method, TypicalImage image) {
    TokenReducer reducer = TokenReducers.of(method);
    try (Reduction reduction = reducer.reduce(image)) {
      return new MethodEstimate(
          method, ReductionWork.of(reducer, reduction), TowerEvidence.withSources(reducer.sees()));
    }
  }

  /**
   * Returns the FLOPs of one question about one image under one method, asked alone: the number
   * that papers report.
   */
  public double alone(MethodEstimate method) {
    return (double) cost.vision()
        + cost.reduction(method.work())
        + cost.projector(method.work())
        + cost.prefill(before + method.tokens() + behind);
  }

  /** Returns the FLOPs per image under all methods that do not depend on its questions. */
  public double perImage() {
    double flops = cost.vision();
    Set<TowerEvidence> seen =
        methods.stream().flatMap(method -> method.seen().stream()).collect(Collectors.toSet());
    for (TowerEvidence evidence : seen) {
      flops += cost.evidence(evidence);
    }
    for (MethodEstimate method : methods) {
      flops += cost.selection(method.work());
      flops += method.work().projectsAll() ? 0 : cost.projector(method.tokens());
      flops += cost.rows(method.tokens(), before);
    }
    return flops;
  }

  /**
   * Returns the FLOPs that a question about an image adds under all methods. Its rows attend to all
   * tokens before them and to themselves; in the same pass the image's tokens compute its masked
   * positions.
   */
  public double perQuestion() {
    return methods.stream().mapToDouble(this::question).sum();
  }

  private double question(MethodEstimate method) {
    long seen = (long) behind * (before + method.tokens() + behind);
    long masked = (long) method.tokens() * behind;
    return cost.decoder(behind, seen + masked, 1);
  }

  /** Returns the FLOPs of a question without an image, which is answered once for all methods. */
  public double perTextQuestion() {
    return cost.prefill(before + behind);
  }

  /**
   * Returns the FLOPs of a whole run, without the text that runs once.
   *
   * @param images number of existing images
   * @param questions number of questions about them
   * @param textQuestions number of questions without an image
   */
  public double flops(long images, long questions, long textQuestions) {
    return images * perImage() + questions * perQuestion() + textQuestions * perTextQuestion();
  }
}
