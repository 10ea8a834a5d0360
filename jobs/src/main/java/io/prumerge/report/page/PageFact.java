package io.prumerge.report.page;

/**
 * A name and its value at the top of the page.
 *
 * @param alarming whether it makes the figures doubtful
 */
record PageFact(String name, String value, boolean alarming) {

  static PageFact of(String name, String value) {
    return new PageFact(name, value, false);
  }
}
