package io.prumerge.report.page;

import java.util.List;

/**
 * Tokens, time and FLOPs.
 *
 * @param categories the figures by category
 * @param requests times and tokens of endpoints
 * @param stages measured time and counted work by stage
 * @param times of questions that were asked alone
 * @param hardware minimum times on other hardware
 * @param someHardware the lines of that for a few devices
 * @param measured what the measured times are
 * @param places devices and number formats of the measured times
 */
record WorkTables(
    TableView tokens,
    List<TableView> categories,
    TableView requests,
    TableView stages,
    TableView times,
    TableView hardware,
    TableView someHardware,
    String measured,
    List<String> places) {

  boolean anyCategories() {
    return !categories.isEmpty();
  }

  boolean anyRequests() {
    return requests.isFilled();
  }

  /** Returns whether anything is known of what the work took. */
  boolean anyTime() {
    return stages.isFilled() || anyTimes() || anyHardware();
  }

  boolean anyTimes() {
    return times.isFilled();
  }

  boolean anyHardware() {
    return hardware.isFilled();
  }
}
