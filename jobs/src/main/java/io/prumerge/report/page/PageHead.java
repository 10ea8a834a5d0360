package io.prumerge.report.page;

import java.util.List;

/**
 * The top of the report's page.
 *
 * @param first the model of the first of several runs, whose methods are named without their model;
 *     empty if there is only one run
 * @param baseline the method that the others are compared with
 * @param against the same in words
 * @param facts what was asked and came of it
 * @param doubts why the figures are doubtful as a whole
 * @param verdict what the report says of all methods, in a sentence
 * @param findings the best methods
 * @param chartTitle says what the chart of all methods shows; empty if there is none
 * @param also other pages about the same
 */
record PageHead(
    String title,
    String first,
    String baseline,
    String against,
    List<PageFact> facts,
    List<String> doubts,
    String verdict,
    List<Finding> findings,
    String chartTitle,
    List<PageLink> also) {

  boolean anyFindings() {
    return !findings.isEmpty();
  }
}
