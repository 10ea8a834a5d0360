package io.prumerge.model.decoder;

import ai.djl.Device;
import io.prumerge.annotation.VisibleForTesting;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TextConfig;
import io.prumerge.host.Gpu;
import io.prumerge.host.Gpus;
import io.prumerge.torch.PackedWeights;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.SettingEffect;

/** Where the decoder's keys and values are, and by which operators its layers run. */
public enum CachePlan {

  /** A tensor for each group, attention group by group. */
  GROUPS,

  /** The same with {@link PackedWeights}. */
  GROUPS_PACKED,

  /** The same with {@link Quantization#INT8}. */
  GROUPS_INT8,

  /** The same with {@link PackedWeights} of the head. */
  GROUPS_INT8_PACKED,

  /** One pool of slots, attention of all groups at once by the kernels of a GPU. */
  POOL,

  /** The same by operators that every device has: slow. */
  @VisibleForTesting
  POOL_EXACTLY;

  // Limits of the kernels (flash_api.cpp): half types, and heads of whole 16-byte steps up to this.
  private static final int MOST_HEAD_DIM = 256;
  private static final int HEAD_STEP = 8;
  // Attention by its definition looks at all slots of the pool.
  private static final int FEW_SLOTS = 2048;

  /**
   * Returns the fastest plan for a device.
   *
   * @throws io.prumerge.host.DeviceException if it has no kernels for the quantization
   */
  public static CachePlan of(
      Device device, Precision precision, Quantization quantization, LlavaConfig config) {
    quantization.require(device);
    long copy = PackedWeights.bytes(config.decoder(), quantization);
    if (quantization == Quantization.INT8) {
      boolean head = PackedWeights.here(device, precision, copy) == SettingEffect.ON;
      return head ? GROUPS_INT8_PACKED : GROUPS_INT8;
    }
    TextConfig text = config.text();
    boolean fits =
        device.isGpu()
            && precision != Precision.FP32
            && text.heads().width() % HEAD_STEP == 0
            && text.heads().width() <= MOST_HEAD_DIM
            && Gpus.ofHost().all().stream()
                .filter(gpu -> gpu.ordinal() == device.getDeviceId())
                .anyMatch(Gpu::multipliesBf16); // the kernels came with the same cards
    if (fits) {
      return POOL;
    }
    return PackedWeights.here(device, precision, copy) == SettingEffect.ON ? GROUPS_PACKED : GROUPS;
  }

  /**
   * Returns the slots of the pool.
   *
   * @param fits what the device's memory holds
   */
  public long slots(long fits) {
    return this == POOL_EXACTLY ? Math.min(fits, FEW_SLOTS) : fits;
  }

  /** Returns the numbers of the layers' products. */
  public Quantization quantization() {
    return this == GROUPS_INT8 || this == GROUPS_INT8_PACKED
        ? Quantization.INT8
        : Quantization.NONE;
  }

  /** Returns whether keys and values are in a pool. */
  boolean pooled() {
    return this == POOL || this == POOL_EXACTLY;
  }

  /** Returns the kind of packed weights of the layers, as the script has it; 0 for none. */
  int packed() {
    return this == GROUPS_PACKED ? 1 : quantization() == Quantization.INT8 ? 2 : 0;
  }

  /** Returns the kind of packed weights of the head; 0 for none. */
  int packedHead() {
    return this == GROUPS_PACKED || this == GROUPS_INT8_PACKED ? 1 : 0;
  }

  /** Returns the bytes that packed weights take in addition to the checkpoint's own. */
  public long copyBytes(DecoderWeights decoder) {
    long packed = packedHead() == 0 ? 0 : PackedWeights.bytes(decoder, quantization());
    return packed + quantization().bytes(decoder);
  }

  /** Returns whether attention is the GPU's kernel. */
  boolean flash() {
    return this == POOL;
  }
}
