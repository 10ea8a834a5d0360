package io.prumerge.plan;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.ReductionWork;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.List;

/**
 * What a run over many images costs, told before it starts: FLOPs up to each answer's first token,
 * since nobody knows how long answers become. The text before the image runs once for a model. An
 * image is encoded and scored once for all methods; under each, its visual tokens run once for all
 * its questions.
 *
 * <p>In floating point: a large sweep has more FLOPs than 64 bits count. Counted as if every method
 * came to other tokens, which a run shares where they are the same, and questions of one image as
 * if they stood one by one, while in the run they attend to each other's masked places too.
 *
 * @param cost the model
 * @param before prompt tokens up to the image, shared by an image's questions
 * @param behind prompt tokens behind it, mean over questions
 * @param methods what each method leaves of a typical image
 */
public record RunEstimate(CostModel cost, int before, int behind, List<MethodEstimate> methods) {

  /**
   * One method on a {@link TypicalImage}.
   *
   * @param work what it does there
   * @param looks whether it asks for the image's scores, for itself or for another one's count
   */
  public record MethodEstimate(MethodSpec method, ReductionWork work, boolean looks) {

    /** What the language model receives of the image. */
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
  public static RunEstimate of(
      CostModel cost, TypicalImage image, int before, int behind, List<MethodSpec> methods) {
    return new RunEstimate(
        cost, before, behind, methods.stream().map(method -> estimate(method, image)).toList());
  }

  private static MethodEstimate estimate(MethodSpec method, TypicalImage image) {
    TokenReducer reducer = TokenReducers.of(method);
    try (Reduction reduction = reducer.reduce(image)) {
      return new MethodEstimate(
          method, ReductionWork.of(reducer, reduction), reducer.readsAttention());
    }
  }

  /** One question about one image under one method, asked alone: what papers count. */
  public double alone(MethodEstimate method) {
    return (double) cost.vision()
        + cost.reduction(method.work())
        + cost.projector(method.tokens())
        + cost.prefill(before + method.tokens() + behind);
  }

  /** What is done once for an image under all methods, whatever is asked about it. */
  public double perImage() {
    double flops = cost.vision();
    if (methods.stream().anyMatch(MethodEstimate::looks)) {
      flops += cost.reduction(ReductionWork.SCORES_ONLY);
    }
    for (MethodEstimate method : methods) {
      flops += merging(method.work());
      flops += cost.projector(method.tokens());
      flops += cost.rows(method.tokens(), before);
    }
    return flops;
  }

  private double merging(ReductionWork work) {
    return work.scored()
        ? (double) cost.reduction(work) - cost.reduction(ReductionWork.SCORES_ONLY)
        : 0;
  }

  /**
   * What a question about an image adds, under all methods: its rows see all before them and
   * themselves, and the image's tokens, in the same pass, see its masked places.
   */
  public double perQuestion() {
    return methods.stream().mapToDouble(this::question).sum();
  }

  private double question(MethodEstimate method) {
    long seen = (long) behind * (before + method.tokens() + behind);
    long masked = (long) method.tokens() * behind;
    return cost.decoder(behind, seen + masked, 1);
  }

  /** A question without an image, which is answered once for all methods. */
  public double perTextQuestion() {
    return cost.prefill(before + behind);
  }

  /**
   * A whole run, but for the text that runs once.
   *
   * @param images images that are there
   * @param questions questions about them
   * @param textQuestions questions without an image
   */
  public double flops(long images, long questions, long textQuestions) {
    return images * perImage() + questions * perQuestion() + textQuestions * perTextQuestion();
  }
}
