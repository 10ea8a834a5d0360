package io.prumerge.settings;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.Timing;
import io.prumerge.lang.Optionals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The settings of a run.
 *
 * @param given values; settings without one have their defaults
 */
public record RunOptions(SettingValues given) {

  /**
   * @throws UsageException if a value is out of its bounds, or does not go with another
   */
  public RunOptions {
    given.require();
    ModelOptions.bounds(given);
    AskedFrames.of(given);
    OptionChecks.requireDistinct(
        Setting.AS, given.orDefault(RunSetting.SERVERS).stream().map(NamedModel::name).toList());
    int batch = given.orDefault(RunSetting.TIMING_BATCH);
    if (batch > 1 && given.orDefault(RunSetting.TIMING) != Timing.ALONE) {
      throw new UsageException(
          Wording.of(
              "%s %s is the number of images at a time where answers are timed alone: set %s to"
                  + " alone",
              Setting.TIMING_BATCH, batch, Setting.TIMING));
    }
  }

  /** Returns the value of a setting: the one that is given, or the default. */
  public <T> T get(RunSetting<T> setting) {
    return given.orDefault(setting);
  }

  /** Returns the value of a setting that is given. */
  public <T> Optional<T> find(RunSetting<T> setting) {
    return given.find(setting);
  }

  /** Returns how a model is used. */
  public ModelOptions model() {
    return new ModelOptions(given);
  }

  /** Returns the protocols by which the frames of videos are chosen. */
  public AskedFrames frames() {
    return AskedFrames.of(given);
  }

  /** Returns whether answers are timed one at a time. */
  public boolean isTimedAlone() {
    return get(RunSetting.TIMING) == Timing.ALONE;
  }

  /** Returns the number of questions per benchmark; empty: all. */
  public OptionalLong limit() {
    return Optionals.ofNullable(find(RunSetting.LIMIT).orElse(null));
  }

  /** Returns a number that is given; empty if the setting is left to what is right for the run. */
  public OptionalInt number(RunSetting<Integer> setting) {
    return Optionals.ofNullable(find(setting).orElse(null));
  }

  /** Returns these options for a model with other settings. */
  public RunOptions with(ModelOptions other) {
    return new RunOptions(given.without(RunSetting.ofEveryJob()).and(other.given()));
  }

  /** Returns these options for another number of questions; empty: all. */
  public RunOptions limitedTo(OptionalLong questions) {
    SettingValues all = given.without(List.of(RunSetting.LIMIT));
    return new RunOptions(
        questions.isPresent() ? all.with(RunSetting.LIMIT, questions.getAsLong()) : all);
  }

  /** Returns these options with another answer cache. */
  public RunOptions cachedIn(String answers) {
    return new RunOptions(given.with(RunSetting.ANSWER_CACHE, answers));
  }
}
