package io.prumerge.estimate;

import static io.prumerge.estimate.AmountText.GIGA;
import static io.prumerge.estimate.AmountText.TERA;

import io.prumerge.console.Setting;
import io.prumerge.console.TextTable;
import io.prumerge.console.Wording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables that {@code estimate} prints: one per model, hardware and text length. */
public final class EstimateTable {

  private static final String ABSENT = "-";

  /** Maximum width of notes, about that of the tables. */
  private static final int NOTE_WIDTH = 120;

  /** The units above the columns. */
  private static final List<String> UNITS =
      List.of(
          "", "", "TFLOP", "TFLOP", "GFLOP", "ms", "ms", "ms", "ms", "ms", "GB", "GB", "GB", "GB");

  private static final List<String> HEADER =
      List.of(
          "precision",
          "visual",
          "image",
          "prefill",
          "token",
          "tower",
          "reduce",
          "project",
          "prefill",
          "token",
          "weights",
          "KV",
          "traffic",
          "stored");

  private static final String LEGEND =
      "image: tower, reduction and projector; token: one decoded token; weights, KV: footprint; traffic: all bytes"
          + " the prefill moves; stored: the activations it writes. Times are rooflines: no kernel reaches them."
          + " %s has all figures, by stage.";

  /** The values that all rows of a table share. */
  private record Group(
      String shape, String hardware, int textTokens, int batch, String attention, String mode) {
    static Group of(EstimateRow row) {
      return new Group(
          row.shape(), row.hardware(), row.textTokens(), row.batch(), row.attention(), row.mode());
    }
  }

  private final HardwareTable hardware;
  private final int width;

  /**
   * @param width characters per line; a wider table is printed in parts
   */
  public EstimateTable(HardwareTable hardware, int width) {
    this.hardware = hardware;
    this.width = width;
  }

  public List<String> lines(List<EstimateRow> rows) {
    Map<Group, List<EstimateRow>> groups = new LinkedHashMap<>();
    rows.forEach(row -> groups.computeIfAbsent(Group.of(row), key -> new ArrayList<>()).add(row));
    List<String> lines = new ArrayList<>();
    groups.forEach(
        (group, members) -> {
          lines.add(title(group));
          lines.addAll(table(members));
          new EstimateNotes(hardware, members)
              .lines()
              .forEach(note -> lines.addAll(TextTable.wrapped(note, noteWidth(), "  ")));
          lines.add("");
        });
    lines.addAll(
        TextTable.wrapped(Wording.of(LEGEND, Setting.JSON).onCommandLine(), noteWidth(), ""));
    return lines;
  }

  private String title(Group group) {
    Hardware device = hardware.named(group.hardware());
    return String.format(
        Locale.ROOT,
        "%s on %s (%.0f GB/s), %d text tokens, batch %d, %s attention, mode %s",
        group.shape(),
        group.hardware(),
        device.bytesPerSecond() / GIGA,
        group.textTokens(),
        group.batch(),
        group.attention(),
        group.mode());
  }

  private int noteWidth() {
    return Math.min(width, NOTE_WIDTH);
  }

  private List<String> table(List<EstimateRow> rows) {
    List<List<String>> cells = new ArrayList<>(List.of(UNITS, HEADER));
    rows.forEach(row -> cells.add(cells(row)));
    // Precision and tokens are repeated in every part.
    return TextTable.blocks(cells, 1, 2, width).stream().flatMap(List::stream).toList();
  }

  private static List<String> cells(EstimateRow row) {
    return List.of(
        row.precision(),
        row.tokens(),
        row.flopsVision() == null ? ABSENT : AmountText.significant(image(row) / TERA),
        AmountText.significant(row.flopsPrefill() / TERA),
        AmountText.significant(row.flopsDecodeToken() / GIGA),
        optional(row.visionMs()),
        optional(row.reductionMs()),
        optional(row.projectorMs()),
        AmountText.significant(row.prefillMs()),
        AmountText.significant(row.decodeTokenMs()),
        AmountText.significant(row.bytesWeights() / GIGA),
        AmountText.significant(row.bytesKvCache() / GIGA),
        AmountText.significant(row.bytesTraffic() / GIGA),
        AmountText.significant(row.bytesActivations() / GIGA));
  }

  private static double image(EstimateRow row) {
    return (double) row.flopsVision() + row.flopsReduction() + row.flopsProjector();
  }

  private static String optional(Double value) {
    return value == null ? ABSENT : AmountText.significant(value);
  }
}
