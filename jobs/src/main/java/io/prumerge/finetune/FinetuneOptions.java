package io.prumerge.finetune;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.settings.ModelOptions;
import io.prumerge.settings.RunSetting;
import java.util.Locale;

/**
 * What trainings have in common, whatever their recipes.
 *
 * @param model {@code BASE[+CLIP]}
 * @param devices that take each step together
 */
public record FinetuneOptions(
    String model, TrainingData data, ModelOptions settings, AdapterStorage storage, int devices) {

  /** Few enough for the driver's lists of them. */
  private static final int MOST_DEVICES = 10_000;

  public FinetuneOptions {
    OptionChecks.required(Setting.MODEL, model);
    OptionChecks.required(Setting.DATA, data.file());
    OptionChecks.requirePositive(Setting.CHECKPOINT_STEPS, storage.checkpointSteps());
    OptionChecks.requireFrom1To(MOST_DEVICES, Setting.DEVICES, devices);
    OptionChecks.requirePositive(Setting.LIMIT, data.limit());
    String asked = settings.get(RunSetting.DTYPE).name().toLowerCase(Locale.ROOT);
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
}
