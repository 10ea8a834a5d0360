package io.prumerge.estimate;

import static io.prumerge.estimate.AmountText.GIGA;
import static io.prumerge.estimate.AmountText.TERA;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The notes below one table of {@code estimate}: what bounds its times, what does not fit into
 * memory, and what the paper prints.
 */
final class EstimateNotes {

  private final HardwareTable hardware;
  private final List<EstimateRow> rows;

  /**
   * @param rows those of one table, on the same hardware
   */
  EstimateNotes(HardwareTable hardware, List<EstimateRow> rows) {
    this.hardware = hardware;
    this.rows = List.copyOf(rows);
  }

  /** Returns one line per note, however long. */
  List<String> lines() {
    return Stream.of(
            rows.stream().map(EstimateNotes::floor),
            memoryBound(),
            rows.stream()
                .filter(row -> row.bytesMemory() != null)
                .filter(EstimateNotes::tooLarge)
                .map(EstimateNotes::capacity),
            rows.stream().map(EstimateNotes::surplus),
            rows.stream().filter(row -> row.published() != null).map(EstimateNotes::published),
            Stream.of(remark()))
        .flatMap(notes -> notes)
        .filter(note -> !note.isEmpty())
        .distinct()
        .toList();
  }

  private static String floor(EstimateRow row) {
    String rate =
        String.format(
            Locale.ROOT,
            "%s at %s T/s (%s): ",
            row.precision(),
            AmountText.trimmed(row.peakOperationsPerS() / TERA),
            row.peakFormat());
    String least = AmountText.significant(row.floorPrefillMs());
    if (row.memoryBoundVisualTokens() == null) {
      return rate
          + String.format(
              Locale.ROOT,
              "every matrix is memory bound at any length; without visual tokens %s ms",
              least);
    }
    return row.memoryBoundVisualTokens() == 0
        ? rate
            + String.format(
                Locale.ROOT,
                "compute bound even without visual tokens, which takes %s ms; fewer always pay",
                least)
        : rate
            + String.format(
                Locale.ROOT,
                "up to %d visual tokens every matrix is memory bound and more pruning buys next to nothing; without any %s ms",
                row.memoryBoundVisualTokens(),
                least);
  }

  /** Rows with the same operators share a line. */
  private Stream<String> memoryBound() {
    Map<List<String>, List<String>> places = new LinkedHashMap<>();
    rows.forEach(
        row ->
            places
                .computeIfAbsent(row.memoryBound().get("prefill"), key -> new ArrayList<>())
                .add(place(row)));
    return places.entrySet().stream()
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "memory bound in the prefill (%s): %s",
                    String.join("; ", entry.getValue()),
                    entry.getKey().isEmpty() ? "none" : String.join(", ", entry.getKey())));
  }

  private static String place(EstimateRow row) {
    return row.precision() + ", " + row.tokens();
  }

  private static boolean tooLarge(EstimateRow row) {
    return row.bytesFootprint() > row.bytesMemory();
  }

  private static String capacity(EstimateRow row) {
    return String.format(
        Locale.ROOT,
        "%s: %s GB do not fit into %s GB of memory",
        place(row),
        AmountText.fixed(row.bytesFootprint() / GIGA, 1),
        AmountText.trimmed(row.bytesMemory() / GIGA));
  }

  private static String surplus(EstimateRow row) {
    return row.visualTokens() <= row.visualTokensBefore() || row.flopsVision() == null
        ? ""
        : String.format(
            Locale.ROOT,
            "%d visual tokens are more than the tower's %d, which is counted once",
            row.visualTokens(),
            row.visualTokensBefore());
  }

  private static String published(EstimateRow row) {
    EstimateRow.Published paper = row.published();
    return String.format(
        Locale.ROOT,
        "%s: the paper (%s) prints %s TFLOP, %s ms, %s GB of traffic, %s GB stored%s",
        place(row),
        paper.source(),
        AmountText.trimmed(paper.teraFlops()),
        AmountText.fixed(paper.prefillMs(), 1),
        AmountText.fixed(paper.trafficGb(), 1),
        AmountText.fixed(paper.activationsGb(), 2),
        paper.remark().isEmpty() ? "" : "; " + paper.remark());
  }

  private String remark() {
    Hardware device = hardware.named(rows.get(0).hardware());
    return String.format(
        Locale.ROOT,
        "%s: %s%s",
        device.name(),
        device.source(),
        device.remark().isEmpty() ? "" : "; " + device.remark());
  }
}
