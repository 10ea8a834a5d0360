package io.prumerge.torch;

import ai.djl.Device;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.WeightUse;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Processor;
import io.prumerge.lang.Text;
import java.util.Locale;

/** The weight precision of a decoder's layers, in which their products are computed. */
public enum Quantization {
  /** The model's dtype. */
  NONE,
  /**
   * Whole numbers from -127 to 127. A weight's stand for the largest of its row's, an output's; a
   * token's are found anew in every product, for the largest of its own. Sums are exact, so a
   * token's products are the same whatever tokens are in the batch. The head, the tower, the
   * connector and the evidence for cuts keep the model's arithmetic.
   */
  INT8;

  /** Returns the spelling in settings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name of the arithmetic in the {@code dtype} column, such as {@code bf16+int8}. */
  public String dtype(Precision precision) {
    return this == NONE ? precision.label() : precision.label() + "+" + label();
  }

  /**
   * Returns the bytes that a decoder's weights take in addition to the checkpoint's own: a number
   * for each of its layers' products, and two for each of their outputs.
   */
  public long bytes(DecoderWeights decoder) {
    return this == NONE
        ? 0
        : decoder.blocks().stream()
            .filter(block -> !block.equals(decoder.ends()))
            .flatMap(block -> block.weights().stream())
            .filter(weight -> weight.use() != WeightUse.OTHER)
            .mapToLong(weight -> weight.elements() + 2L * Integer.BYTES * weight.shape().get(0))
            .sum();
  }

  /**
   * Refuses a device that has no kernels for it. oneDNN computes them without AVX512-VNNI or
   * AVX-VNNI too, but there sums of two products that leave 16 bits are cut off.
   *
   * @throws DeviceException if the device has none
   */
  public void require(Device device) {
    boolean kernels =
        PackedWeights.known() && !device.isGpu() && Processor.ofHost().multipliesInt8();
    if (this == INT8 && !kernels) {
      throw new DeviceException(
          Text.format(
              "Cannot quantize to int8 on %s: it needs Linux on a processor with AVX512-VNNI or"
                  + " AVX-VNNI; quantize to none, or name the device cpu on such a host",
              device.isGpu() ? "a GPU" : "this processor"));
    }
  }
}
