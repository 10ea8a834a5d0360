package io.prumerge.text;

/**
 * What a model thinks before it answers, where it stands in the text of its answer: {@code
 * <think>...</think>}. A template may have written the first of these marks.
 */
public final class Thoughts {

  private static final String START = "<think>";
  private static final String END = "</think>";

  private Thoughts() {}

  /** Returns whether a text has one of the marks. */
  public static boolean areMarkedIn(String text) {
    return text.contains(START) || text.contains(END);
  }

  /**
   * Returns whether a chat template begins an answer with a thought: behind the last place where it
   * asks for {@code add_generation_prompt}, it has a thought's first mark and none of its end.
   */
  static boolean areOpenedBy(String template) {
    int asked = template.lastIndexOf("add_generation_prompt");
    String behind = template.substring(Math.max(0, asked));
    return asked >= 0 && behind.contains(START) && !behind.contains(END);
  }

  /** Returns what follows the last thought: nothing, if that has no end. */
  public static String answer(String text) {
    int end = text.lastIndexOf(END);
    String said = end < 0 ? text : text.substring(end + END.length());
    return said.stripLeading().startsWith(START) ? "" : said;
  }
}
