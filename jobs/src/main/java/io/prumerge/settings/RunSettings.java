package io.prumerge.settings;

import io.prumerge.console.OptionChecks;
import io.prumerge.lang.Optionals;
import io.prumerge.torch.Quantization;
import java.util.List;
import java.util.OptionalLong;

/**
 * The settings of a run which are given. The command line and code go before a sweep file, and the
 * file before the defaults.
 */
public class RunSettings extends GivenSettings {

  public RunSettings() {
    super(RunSetting.all());
  }

  /** Returns the options that are given here, with defaults for the others. */
  public final RunOptions options() {
    return options(new RunSettings());
  }

  /**
   * Returns the options: given here, else in {@code file}, else by default.
   *
   * @throws io.prumerge.console.UsageException if a setting is out of range
   */
  public final RunOptions options(RunSettings file) {
    return new RunOptions(over(file));
  }

  /** Returns the ways to quantize each model that are given here, in {@code file} or by default. */
  public final List<Quantization> quantizations(RunSettings file) {
    List<Quantization> ways = over(file).orDefault(RunSetting.QUANTIZATIONS);
    OptionChecks.requireDistinct(RunSetting.QUANTIZATIONS.setting(), ways);
    return OptionChecks.requireSome(RunSetting.QUANTIZATIONS.setting(), ways);
  }

  /** Returns the number of questions per benchmark that is given here or in {@code file}. */
  public final OptionalLong limit(RunSettings file) {
    return Optionals.ofNullable(over(file).find(RunSetting.LIMIT).orElse(null));
  }

  /** Returns the protocols of frames that are given here, in {@code file} or by default. */
  public final AskedFrames frames(RunSettings file) {
    return AskedFrames.of(over(file));
  }
}
