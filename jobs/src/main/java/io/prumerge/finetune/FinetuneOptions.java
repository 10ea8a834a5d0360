package io.prumerge.finetune;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.plan.RunSettings;
import io.prumerge.torch.Precision;
import java.util.List;
import java.util.Locale;

/**
 * What trainings have in common, whatever their recipes.
 *
 * @param model {@code BASE[+CLIP]}
 * @param data a JSON array of rows in LLaVA's form
 * @param images the images' folder, then others that its links may lead to
 * @param settings of the model; missing ones are defaults. {@code limit} is of the data's rows
 * @param stored type of an adapter's values in its file
 * @param skipBroken whether broken rows are left out; otherwise they prevent the training
 * @param checkpointSteps steps between two checkpoints
 * @param keptBytes of visual tokens that a host keeps on its disk
 * @param devices that take each step together
 */
public record FinetuneOptions(
    String model,
    String data,
    List<String> images,
    RunSettings settings,
    Precision stored,
    boolean skipBroken,
    int checkpointSteps,
    long keptBytes,
    int devices) {

  /** Steps between two checkpoints. */
  public static final int CHECKPOINT_STEPS = 100;

  /** 8 GiB: a hundred thousand images of LLaVA-1.5 with 20 tokens each. */
  public static final long KEPT_BYTES = 8L << 30;

  public FinetuneOptions {
    images = List.copyOf(OptionChecks.requireSome(Setting.IMAGES, images));
    OptionChecks.required(Setting.MODEL, model);
    OptionChecks.required(Setting.DATA, data);
    OptionChecks.requirePositive(Setting.CHECKPOINT_STEPS, checkpointSteps);
    OptionChecks.requirePositive(Setting.DEVICES, devices);
    settings = settings.over(RunSettings.DEFAULTS);
    OptionChecks.requirePositive(Setting.LIMIT, settings.limit());
    String asked = dtype(settings).name().toLowerCase(Locale.ROOT);
    requireTrainable(asked, asked);
  }

  /**
   * Refuses fp16.
   *
   * @param asked arithmetic that was asked for
   * @param resolved the same, or what {@code auto} becomes
   */
  static void requireTrainable(String asked, String resolved) {
    if (resolved.contains("fp16")) {
      throw new UsageException(
          Wording.of(
              "Cannot train with %s %s, whose gradients run out of its range; use bf16 or fp32",
              Setting.DTYPE, asked.equals(resolved) ? asked : asked + ", here " + resolved));
    }
  }

  private static DtypeChoice dtype(RunSettings settings) {
    return settings.dtype().orElseThrow();
  }

  DtypeChoice dtype() {
    return dtype(settings);
  }

  DeviceChoice device() {
    return settings.device().orElseThrow();
  }

  String conversation() {
    return settings.conversation().orElseThrow();
  }

  /** Returns the number of rows to read at most. */
  int limit() {
    return (int) Math.min(Integer.MAX_VALUE, settings.limit().orElse(Integer.MAX_VALUE));
  }
}
