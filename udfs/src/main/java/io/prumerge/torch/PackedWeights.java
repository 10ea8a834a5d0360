package io.prumerge.torch;

import ai.djl.Device;
import com.sun.jna.Platform;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.host.FreeMemory;
import io.prumerge.host.Processor;

/**
 * Whether a decoder's products have a second copy of their weights, in the layout that oneDNN's
 * kernels for bf16 read. Answers whose next tokens are a few rows a pass are up to twice as fast
 * with it; prompts are not, and use the checkpoint's own layout.
 */
public enum PackedWeights {

  /** Where there are such kernels, and as much memory stays free as the copy takes. */
  AUTO,

  /** Where there are such kernels. */
  ON,

  OFF;

  /** Returns whether this libtorch has the functions: all builds for x86-64 but macOS's. */
  static boolean known() {
    return Platform.isIntel() && Platform.is64Bit() && !Platform.isMac();
  }

  /** Returns whether a model on this host has the copy. */
  public boolean here(Device device, Precision precision, DecoderWeights decoder) {
    boolean kernels =
        known()
            && !device.isGpu()
            && precision == Precision.BF16
            && Processor.ofHost().multipliesBf16();
    return switch (this) {
      case OFF -> false;
      case ON -> kernels;
      case AUTO -> kernels && FreeMemory.of(device) >= 3 * bytes(decoder);
    };
  }

  /** Returns the bytes of the copy, as many as the products' weights have in bf16. */
  static long bytes(DecoderWeights decoder) {
    return Precision.BF16.bytes()
        * (decoder.headWeight().elements()
            + decoder.blocks().stream()
                .filter(block -> !block.equals(decoder.ends()))
                .mapToLong(PackedWeights::products)
                .sum());
  }

  private static long products(WeightBlock layer) {
    return layer.weights().stream()
        .filter(weight -> weight.use() != Weight.Use.OTHER)
        .mapToLong(Weight::elements)
        .sum();
  }
}
