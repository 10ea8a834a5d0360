package io.prumerge.report.page;

/**
 * How good an answer is, as pages show it.
 *
 * @param mark a sign, or a percentage for a partly right answer
 * @param style a class of {@code report.css}
 */
public record Grade(String mark, String style) {

  /**
   * Returns an answer's grade.
   *
   * @param score from 0 to 1; null without a reference
   * @param error null if there is an answer
   */
  public static Grade of(Double score, String error) {
    if (error != null) {
      return new Grade("!", "failed");
    }
    if (score == null) {
      return new Grade("?", "unknown");
    }
    if (score == 1) {
      return new Grade("✓", "right");
    }
    return score == 0
        ? new Grade("✗", "wrong")
        : new Grade(Math.round(100 * score) + " %", "partly");
  }
}
