package io.prumerge.report.page;

import java.util.List;

/**
 * Figures beside published ones.
 *
 * @param sentence what they say of the unreduced model's run
 * @param notes about the file's figures
 * @param sources who printed them, by the numbers in the table
 */
record BesideFigures(TableView table, String sentence, List<String> notes, List<String> sources) {

  boolean isFilled() {
    return table.isFilled();
  }

  boolean anySources() {
    return !sources.isEmpty();
  }
}
