package io.prumerge.model.decoder;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The functions of a decoder's TorchScript part. Those that look at positions take a rotation
 * before their other arguments, if the decoder rotates.
 */
final class DecoderScript implements AutoCloseable {

  private final Torch torch;
  private final DecoderWeights weights;
  private final Optional<RopeFrequencies> rope;

  /**
   * @param rope empty if the decoder does not rotate; closed with this
   */
  DecoderScript(Torch torch, DecoderWeights weights, Optional<RopeFrequencies> rope) {
    this.torch = torch;
    this.weights = weights;
    this.rope = rope;
  }

  /** Calls a function that does not look at positions. */
  Torch.Value call(String function, Object... arguments) {
    return torch.call(weights.function(function), arguments);
  }

  /** Calls a function about rows of a sequence of {@code length} positions. */
  Torch.Value callAt(int length, String function, Object... arguments) {
    return rope.map(
            turns ->
                turns.with(length, inverse -> call(function, withRope(turns, inverse, arguments))))
        .orElseGet(() -> call(function, arguments));
  }

  /** Calls a function about the new rows of several groups. */
  Torch.Value callAt(List<Rows> groups, String function, Object... arguments) {
    return rope.map(
            turns ->
                turns.with(groups, inverse -> call(function, withRope(turns, inverse, arguments))))
        .orElseGet(() -> call(function, arguments));
  }

  private static Object[] withRope(RopeFrequencies turns, Torch.Value inverse, Object[] arguments) {
    return Stream.concat(Stream.of(inverse, turns.attentionFactor()), Stream.of(arguments))
        .toArray();
  }

  /** Returns whether rope depends on the length of a sequence of {@code positions} positions. */
  boolean followsLength(int positions) {
    return rope.filter(turns -> turns.dependsOn(positions)).isPresent();
  }

  @Override
  public void close() {
    rope.ifPresent(RopeFrequencies::close);
  }
}
