package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A setting of a run whose values are whole numbers from 1 to a greatest one: the same on the
 * command line, from code and in a sweep file.
 */
enum CountSetting {
  LIMIT(Setting.LIMIT, Long.MAX_VALUE),
  MAX_NEW_TOKENS(Setting.MAX_NEW_TOKENS, Integer.MAX_VALUE),
  TIMING_BATCH(Setting.TIMING_BATCH, Integer.MAX_VALUE),
  MIN_PIXELS(Setting.MIN_PIXELS, Integer.MAX_VALUE),
  MAX_PIXELS(Setting.MAX_PIXELS, Integer.MAX_VALUE),
  SQUARE(Setting.SQUARE, Integer.MAX_VALUE),
  ENDPOINT_REQUESTS(Setting.ENDPOINT_REQUESTS, Integer.MAX_VALUE),
  /** At most more than any spread of figures needs. */
  REPEAT(Setting.REPEAT, 1000),
  /** At most far more than any run gains from, and few enough for the driver's lists of them. */
  CHUNKS(Setting.CHUNKS, 100_000),
  /** At most as many as chunks, for the same reasons. */
  PARTITIONS(Setting.PARTITIONS, CHUNKS.most);

  private final Setting setting;
  private final long most;

  CountSetting(Setting setting, long most) {
    this.setting = setting;
    this.most = most;
  }

  /**
   * Refuses an option that is out of range.
   *
   * @throws io.prumerge.console.UsageException with the setting as the caller knows it
   */
  void require(long value) {
    OptionChecks.requireFrom1To(most, setting, value);
  }

  /** Refuses an option that is given and out of range, likewise. */
  void require(OptionalInt value) {
    value.ifPresent(this::require);
  }

  /** Refuses an option that is given and out of range, likewise. */
  void require(OptionalLong value) {
    value.ifPresent(this::require);
  }

  /**
   * Refuses a sweep file's value that is out of range.
   *
   * @throws IllegalArgumentException with the file's key
   */
  void requireInFile(long value) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be a whole number from 1 to %d but is %d",
              RunSetting.key(setting),
              most,
              value));
    }
  }
}
