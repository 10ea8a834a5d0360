package io.prumerge.report.page;

import java.util.List;

/**
 * Tokens, time and FLOPs.
 *
 * @param categories the figures by category
 * @param stages measured time and counted work by stage
 * @param hardware minimum times on other hardware
 * @param places devices and number formats of the measured times
 */
record WorkTables(
    TableView tokens,
    List<TableView> categories,
    TableView stages,
    TableView hardware,
    List<String> places) {

  boolean anyCategories() {
    return !categories.isEmpty();
  }

  boolean anyHardware() {
    return hardware.isFilled();
  }
}
