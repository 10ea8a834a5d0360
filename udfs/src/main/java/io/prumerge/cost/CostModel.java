package io.prumerge.cost;

import static io.prumerge.cost.Exact.sum;

import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.LayerCut;
import java.util.List;

/**
 * FLOPs from a model's dimensions alone, for one sequence.
 *
 * <p>Conventions: 1 multiply-accumulate = 2 FLOPs; only matrix products count, so biases, norms,
 * activations, rotary embedding and softmax are left out; attention is counted as the full square,
 * the masked half included, as eager kernels compute it and papers count it. A count beyond 2^63 is
 * an {@link ArithmeticException}.
 */
public record CostModel(ModelShape shape) {

  /** The cost model of a checkpoint. */
  public static CostModel of(LlavaConfig config) {
    return new CostModel(ModelShape.of(config));
  }

  /** The cost of the tower. */
  public TowerCost tower() {
    return new TowerCost(shape.tower());
  }

  /** The cost of evidence about an image. */
  public TowerEvidenceCost evidence() {
    return new TowerEvidenceCost(shape);
  }

  /** The cost of reducing an image's tokens before the decoder. */
  public ReductionCost reductions() {
    return new ReductionCost(shape);
  }

  /** The cost of the connector. */
  public ConnectorCost connector() {
    return ConnectorCost.of(shape);
  }

  /** The cost of the decoder. */
  public DecoderCost decoder() {
    return new DecoderCost(shape.decoder());
  }

  /**
   * The cost of a method's cuts inside the decoder, for one question alone.
   *
   * @param visual visual tokens by layer
   * @param textTokens prompt tokens that are not visual
   * @param behind those of them behind the visual ones
   */
  public CutCost cuts(TokenSchedule visual, int textTokens, int behind) {
    return new CutCost(shape.decoder(), visual, textTokens, behind);
  }

  /**
   * One question about one prompt's images, asked alone.
   *
   * @param work what the reduction method did; its tokens go through connector and decoder
   * @param cuts the method's inside the decoder, by rising layer
   * @param textTokens prompt tokens that are not visual
   * @param behind those of them behind the visual ones
   * @param generated new tokens, eos included
   */
  public QuestionCost question(
      ImageWork work, List<LayerCut> cuts, int textTokens, int behind, int generated) {
    return question(
        work, cuts, TokenSchedule.of(work.tokens(), cuts), textTokens, behind, generated);
  }

  /**
   * The same where it is known how many tokens each cut kept.
   *
   * @param visual visual tokens by layer
   */
  public QuestionCost question(
      ImageWork work,
      List<LayerCut> cuts,
      TokenSchedule visual,
      int textTokens,
      int behind,
      int generated) {
    TokenSchedule prompt = visual.plus(textTokens);
    return new QuestionCost(
        tower().of(work),
        sum(reductions().of(work), cuts(visual, textTokens, behind).of(cuts)),
        connector().of(work),
        decoder().prefill(prompt),
        decoder().decode(prompt, generated));
  }

  /** One question without an image. */
  public QuestionCost textQuestion(int textTokens, int generated) {
    TokenSchedule prompt = TokenSchedule.constant(textTokens);
    return new QuestionCost(
        0, 0, 0, decoder().prefill(prompt), decoder().decode(prompt, generated));
  }
}
