package io.prumerge.torch;

import java.util.Locale;

/** What came of a setting that is wanted by default, in one process. */
public enum SettingEffect {
  /** It is in effect. */
  ON,
  /** It is forbidden, whatever it would do here. */
  OFF,
  /** It is wanted and would be of use, but cannot be followed. */
  NOT_IN_EFFECT,
  /** It would be of no use here. */
  NOT_NEEDED;

  /** Returns the state as a run's row spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Returns the setting that the states of executors result from.
   *
   * @param labels {@link #label}s; or an empty text, which gives an empty one
   * @param wanted the setting's default
   * @param forbidden its value that forbids it
   */
  static String setting(String labels, String wanted, String forbidden) {
    return labels.isEmpty() ? "" : labels.equals(OFF.label()) ? forbidden : wanted;
  }
}
