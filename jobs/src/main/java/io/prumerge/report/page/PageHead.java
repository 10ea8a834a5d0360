package io.prumerge.report.page;

import java.util.List;

/**
 * The top of the report's page.
 *
 * @param first the model of the first of several runs, whose methods are named without their model;
 *     empty if there is only one run
 * @param baseline the method that the others are compared with
 * @param findings the best methods
 */
record PageHead(
    String title, String first, String baseline, List<PageFact> facts, List<Finding> findings) {

  boolean anyFindings() {
    return !findings.isEmpty();
  }
}
