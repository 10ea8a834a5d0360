package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

/**
 * FLOPs of a decoder for one sequence, as {@link CostModel} counts.
 *
 * @param layerWeights elements of a layer's matrices
 * @param crossingWeights elements of those of the blocks that attend to images
 */
public record DecoderCost(DecoderShape shape, long layerWeights, long crossingWeights) {

  /** The cost of a decoder of these dimensions. */
  public DecoderCost(DecoderShape shape) {
    this(shape, Matrix.weights(shape.layer()), Matrix.weights(shape.crossing()));
  }

  /** Returns the cost of what cuts between its layers use. */
  public DecoderEvidenceCost evidence() {
    return new DecoderEvidenceCost(shape);
  }

  /**
   * Returns the decoder over a prompt of S tokens, which gives the first new token: every layer's
   * linear maps and 4 S^2 of attention, and the head for the last position only.
   *
   * @param tokens S, visual and text tokens together
   */
  public long prefill(int tokens) {
    return prefill(TokenSchedule.constant(tokens));
  }

  /**
   * Returns the FLOPs of a prefill whose layers see prompts of different lengths, because a method
   * drops tokens inside the decoder.
   *
   * @param tokens visual and text tokens together
   */
  public long prefill(TokenSchedule tokens) {
    long flops = head(1);
    for (LayerRun run : tokens.runs(shape.layers())) {
      long pairs = product(run.tokens(), run.tokens());
      flops = sum(flops, product(run.layers(), layer(run.tokens(), pairs)));
    }
    return flops;
  }

  /**
   * Returns one decode step, with its head.
   *
   * @param visible keys that its token sees in each layer, itself included
   */
  public long decodeStep(TokenSchedule visible) {
    long flops = head(1);
    for (LayerRun run : visible.runs(shape.layers())) {
      flops = sum(flops, product(run.layers(), layer(1, run.tokens())));
    }
    return flops;
  }

  /**
   * Returns all decode steps of one answer. The prefill gives the first new token; each further one
   * is a step over the prompt and the tokens before it.
   *
   * @param prompt visual and text tokens together that each layer holds
   * @param generated new tokens, eos included
   */
  public long decode(TokenSchedule prompt, int generated) {
    long layers = shape.layers();
    long steps = Math.max(0, generated - 1);
    long tokens = prompt.total(shape.layers());
    // Step s sees the prompt and s tokens after it, itself included.
    long answers = product(layers, product(steps, steps + 1) / 2);
    return of(product(layers, steps), sum(product(steps, tokens), answers), steps);
  }

  /**
   * Returns the FLOPs of work given by the units that the engine counts while it runs, where not
   * every position goes through every layer.
   *
   * @param rows positions through a layer, summed over the layers
   * @param pairs query-key pairs of attention, summed over the layers: 4 x width each, whatever the
   *     mask
   * @param heads positions through the head
   */
  public long of(long rows, long pairs, long heads) {
    return sum(layer(rows, pairs), head(heads));
  }

  private long layer(long rows, long pairs) {
    return sum(product(2, rows, layerWeights), product(4, pairs, shape.queryWidth()));
  }

  /**
   * Returns the blocks that attend to images, for some positions of the sequence; 0 in a decoder
   * without. Keys and values of the images are the connector's.
   *
   * @param rows positions
   * @param images rows of all of the prompt's images
   */
  public long crossing(long rows, long images) {
    return sum(
        product(2, rows, crossingWeights),
        product(4, product(shape.crossingBlocks(), rows, images), shape.queryWidth()));
  }

  /** Returns the head for some positions: 2 d V each. */
  public long head(long rows) {
    return product(2, rows, shape.head().weights());
  }
}
