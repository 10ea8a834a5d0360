package io.prumerge.report.page;

/** Other people's texts, made fit to be shown; escaping them is the templates' work. */
final class Texts {

  private Texts() {}

  /**
   * Without control characters, and no longer than {@code most} characters and an ellipsis.
   *
   * @param text may be null, which is shown as nothing
   */
  static String shown(String text, int most) {
    if (text == null) {
      return "";
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(most)
        .map(point -> isControl(point) ? '�' : point)
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > most ? shown + "…" : shown.toString();
  }

  /** Also halves of surrogate pairs, which no file can hold. */
  private static boolean isControl(int point) {
    return (Character.isISOControl(point) && point != '\n' && point != '\t')
        || Character.getType(point) == Character.SURROGATE;
  }
}
