package io.prumerge.plan;

import io.prumerge.config.ClipConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.TextCost;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.function.Function;

/**
 * Estimated FLOPs of a run before it starts, up to each answer's first token, since the length of
 * answers is unknown. Counts in floating point, since a large sweep exceeds 64 bits. A connector
 * that reads the question is taken to read as many tokens as the decoder.
 *
 * @param cost cost model of the checkpoint
 * @param before prompt tokens before the image, shared by an image's questions
 * @param behind prompt tokens after the image, mean over questions
 * @param methods each method's result on a typical image
 */
public record RunEstimate(CostModel cost, int before, int behind, List<MethodEstimate> methods) {

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
  public static RunEstimate of(
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
                    MethodEstimate.of(
                        cost,
                        method,
                        image,
                        cost.connector().instruction(before + behind),
                        text -> texts.estimate(text, behind, clips)))
            .toList());
  }

  /** Returns the visual tokens in a layer of the decoder, mean over the layers. */
  public double layerMean(MethodEstimate method) {
    return method.layerMean(cost.shape().decoder().layers());
  }

  /**
   * Returns the FLOPs of one question about one image with one method, asked alone: the number that
   * papers report.
   */
  public double alone(MethodEstimate method) {
    return cost.question(method.work(), method.cuts(), before + behind, behind, 1).total();
  }

  /** Returns the work of a run, which shares what methods and questions have in common. */
  RunWork work() {
    return new RunFlops(this).work();
  }
}
