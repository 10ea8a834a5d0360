package io.prumerge.metric.tally;

/** A text as yes/no statistics read it. */
public enum YesNo {
  YES,
  NO,
  NEITHER;

  YesNo opposite() {
    return switch (this) {
      case YES -> NO;
      case NO -> YES;
      case NEITHER -> NEITHER;
    };
  }
}
