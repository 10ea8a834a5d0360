package io.prumerge.report.page;

import java.util.List;

/**
 * Comparisons of methods.
 *
 * @param caveats messages about methods that answered different questions
 */
record ComparedMethods(TableView table, List<String> caveats) {

  boolean isFilled() {
    return table.isFilled();
  }
}
