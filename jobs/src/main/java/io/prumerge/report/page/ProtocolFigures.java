package io.prumerge.report.page;

import java.util.List;

/**
 * What frames, their number and methods move in runs about videos.
 *
 * @param sentences the same in words
 */
record ProtocolFigures(List<String> sentences, TableView table) {

  boolean isFilled() {
    return table.isFilled();
  }
}
