package io.prumerge.metric;

/** What a text says, as far as yes/no statistics go. */
enum YesNo {
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
