package io.prumerge.score.log;

import io.prumerge.console.Texts;
import java.util.List;
import java.util.stream.Collectors;

/** Foreign texts in messages. */
final class LogText {

  private static final int SHOWN = 160;

  /** Things that are named in one sentence. */
  private static final int NAMED = 3;

  private LogText() {}

  static String shown(String text) {
    return Texts.inLine(text, SHOWN);
  }

  /** Returns the first ones of a list, in a sentence. */
  static String first(List<String> some, long all) {
    return some.stream().limit(NAMED).collect(Collectors.joining("; "))
        + (all > NAMED ? "; ..." : "");
  }
}
