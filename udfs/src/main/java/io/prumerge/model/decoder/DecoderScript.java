package io.prumerge.model.decoder;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Optional;

/**
 * The functions of a decoder's TorchScript part. Those that look at positions are given the
 * rotation, if the decoder rotates.
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

  /** Returns a call of a function, whose arguments are to be given by name. */
  KernelCall kernel(String function) {
    return new KernelCall(torch, weights.function(function));
  }

  /** Runs a call about rows of a sequence of {@code length} positions. */
  Torch.Value run(KernelCall kernel, int length) {
    return rope.map(rotation -> rotation.with(length, tensor -> run(kernel, rotation, tensor)))
        .orElseGet(kernel::run);
  }

  /** Runs a call about the new rows of several groups. */
  Torch.Value run(KernelCall kernel, List<Rows> groups) {
    return rope.map(rotation -> rotation.with(groups, tensor -> run(kernel, rotation, tensor)))
        .orElseGet(kernel::run);
  }

  private static Torch.Value run(KernelCall kernel, RopeFrequencies rotation, Torch.Value tensor) {
    return kernel.with("frequencies", tensor).with("scale", rotation.attentionFactor()).run();
  }

  /** Returns whether rope depends on the length of a sequence of {@code positions} positions. */
  boolean followsLength(int positions) {
    return rope.filter(rotation -> rotation.dependsOn(positions)).isPresent();
  }

  @Override
  public void close() {
    rope.ifPresent(RopeFrequencies::close);
  }
}
