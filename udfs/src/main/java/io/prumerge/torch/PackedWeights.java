package io.prumerge.torch;

import ai.djl.Device;
import com.sun.jna.Platform;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.architecture.WeightUse;
import io.prumerge.host.DeviceException;
import io.prumerge.host.FreeMemory;
import io.prumerge.host.Processor;
import io.prumerge.host.SparkSetting;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a decoder's products have a second copy of their weights, in the layout that oneDNN's
 * kernels for AVX512-BF16 read. Answers whose next tokens are a few rows a pass are up to twice as
 * fast with it; prompts are not, and use the checkpoint's own layout. On AMX passes of 17 to 127
 * rows would be slower with it, so there is none.
 */
public final class PackedWeights {

  /** Setting: {@code auto} (where there is memory), {@code on} or {@code off}. */
  public static final String KEY = SparkSetting.PACK_WEIGHTS.key();

  /** The setting where none is given. */
  public static final String AUTO = "auto";

  /** The setting that asks for no memory before the copy is made. */
  public static final String ALWAYS = "on";

  /** The setting that forbids it. */
  public static final String NEVER = "off";

  private static final Logger LOG = LoggerFactory.getLogger(PackedWeights.class);

  /**
   * How many times the copy's bytes are to be free: once for it, once for the mapped weights next
   * to it, once for caches and other processes.
   */
  private static final int FREE = 3;

  /** What a process keeps, so that a model that is loaded again computes the same. */
  private static final class Kept {

    static final String SETTING =
        ProcessSettings.here(KEY).orElse(SparkSetting.PACK_WEIGHTS.defaultValue());

    /** Whether there was room, by the copy's bytes. */
    static final Map<Long, Boolean> ROOM = new ConcurrentHashMap<>();
  }

  private PackedWeights() {}

  /**
   * Returns the setting that the states of executors result from; {@link #ALWAYS}, which computes
   * the same, counts as {@link #AUTO}.
   *
   * @param labels of {@link SettingEffect}s; or an empty text, which gives an empty one
   */
  public static String setting(String labels) {
    return SettingEffect.setting(labels, AUTO, NEVER);
  }

  /** Returns whether this libtorch has the functions: all builds for x86-64 but macOS's. */
  static boolean known() {
    return Platform.isIntel() && Platform.is64Bit() && !Platform.isMac();
  }

  /**
   * Returns the state of a model in this process, which does not change.
   *
   * @param bytes of the copy; 0 where there is no model
   * @throws DeviceException if the setting is none of its values
   */
  public static SettingEffect here(Device device, Precision precision, long bytes) {
    boolean kernels =
        known()
            && !device.isGpu()
            && precision == Precision.BF16
            && bytes > 0
            && Processor.ofHost().vectorsBf16();
    return of(
        Kept.SETTING,
        kernels,
        () -> Kept.ROOM.computeIfAbsent(bytes, size -> room(size, FreeMemory.of(device))));
  }

  /**
   * @param setting value of {@link #KEY}
   * @param kernels whether there are kernels for the copy
   * @param room whether there is memory for it
   */
  static SettingEffect of(String setting, boolean kernels, BooleanSupplier room) {
    return switch (setting) {
      case NEVER -> SettingEffect.OFF;
      case ALWAYS -> kernels ? SettingEffect.ON : SettingEffect.NOT_NEEDED;
      case AUTO ->
          !kernels
              ? SettingEffect.NOT_NEEDED
              : room.getAsBoolean() ? SettingEffect.ON : SettingEffect.NOT_IN_EFFECT;
      default ->
          throw new DeviceException(
              "Cannot load a model with " + KEY + "=" + setting + ": set it to auto, on or off");
    };
  }

  /** Returns whether a host has memory for a copy, and says so if it has not. */
  static boolean room(long bytes, long free) {
    boolean room = free >= FREE * bytes;
    if (!room) {
      LOG.warn(
          "Answers' tokens take up to twice as long as with a second copy of the weights: {} is not in effect: the copy takes {} MiB, and of {} that are to be free for it, weights and caches only {} are; {}=on makes it all the same",
          KEY,
          bytes >> 20,
          FREE * bytes >> 20,
          free >> 20,
          KEY);
    }
    return room;
  }

  /**
   * Returns the bytes of the copy, as many as the products' weights have in bf16; of quantized
   * layers there is the head's alone.
   */
  public static long bytes(DecoderWeights decoder, Quantization quantization) {
    long layers =
        IntStream.range(0, decoder.layers())
            .mapToObj(decoder::layer)
            .mapToLong(PackedWeights::products)
            .sum();
    long head = decoder.headWeight().elements();
    return Precision.BF16.bytes() * (quantization == Quantization.NONE ? head + layers : head);
  }

  private static long products(WeightBlock layer) {
    return layer.weights().stream()
        .filter(weight -> weight.use() != WeightUse.OTHER)
        .mapToLong(Weight::elements)
        .sum();
  }
}
