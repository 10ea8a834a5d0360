package io.prumerge.estimate;

import static io.prumerge.estimate.EstimateTable.AmountText.GIGA;
import static io.prumerge.estimate.EstimateTable.AmountText.TERA;

import io.prumerge.console.Setting;
import io.prumerge.console.TextTable;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The tables that {@code estimate} prints: one per model, hardware and text length. */
public final class EstimateTable {

  private static final String ABSENT = "-";

  /** Maximum width of notes, about that of the tables. */
  private static final int NOTE_WIDTH = 120;

  /**
   * @param unit above the title
   */
  private record Column(String unit, String title, Function<EstimateRow, String> cell) {

    static Column of(String unit, String title, double size, ToDoubleFunction<EstimateRow> amount) {
      return new Column(
          unit, title, row -> AmountText.significant(amount.applyAsDouble(row) / size));
    }

    static Column optional(String unit, String title, Function<EstimateRow, Double> amount) {
      return new Column(
          unit,
          title,
          row -> amount.apply(row) == null ? ABSENT : AmountText.significant(amount.apply(row)));
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          new Column("", "precision", EstimateRow::precision),
          new Column("", "visual", EstimateRow::tokens),
          Column.optional("TFLOP", "image", EstimateTable::image),
          Column.of("TFLOP", "prefill", TERA, EstimateRow::flopsPrefill),
          Column.of("GFLOP", "token", GIGA, EstimateRow::flopsDecodeToken),
          Column.optional("ms", "tower", EstimateRow::visionMs),
          Column.optional("ms", "reduce", EstimateRow::reductionMs),
          Column.optional("ms", "project", EstimateRow::projectorMs),
          Column.of("ms", "prefill", 1, EstimateRow::prefillMs),
          Column.of("ms", "token", 1, EstimateRow::decodeTokenMs),
          Column.of("GB", "weights", GIGA, EstimateRow::bytesWeights),
          Column.of("GB", "KV", GIGA, EstimateRow::bytesKvCache),
          Column.of("GB", "traffic", GIGA, EstimateRow::bytesTraffic),
          Column.of("GB", "stored", GIGA, EstimateRow::bytesActivations));

  private static final String LEGEND =
      "image: tower, reduction and projector; token: one decoded token; weights, KV: footprint;"
          + " traffic: all bytes the prefill moves; stored: the activations it writes. Times are"
          + " rooflines: no kernel reaches them. %s has all figures, by stage.";

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
    return Text.format(
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
    List<List<String>> cells = new ArrayList<>();
    cells.add(COLUMNS.stream().map(Column::unit).toList());
    cells.add(COLUMNS.stream().map(Column::title).toList());
    rows.forEach(row -> cells.add(COLUMNS.stream().map(one -> one.cell().apply(row)).toList()));
    // Precision and tokens are repeated in every part.
    return TextTable.blocks(cells, 1, 2, width).stream().flatMap(List::stream).toList();
  }

  /** Returns the TFLOPs before the decoder; null if they are not counted. */
  private static Double image(EstimateRow row) {
    return row.flopsVision() == null
        ? null
        : ((double) row.flopsVision() + row.flopsReduction() + row.flopsProjector()) / TERA;
  }

  /** Amounts of FLOPs, bytes and milliseconds as text. */
  static final class AmountText {

    static final double GIGA = 1e9;
    static final double TERA = 1e12;

    private static final int DIGITS = 4;

    private AmountText() {}

    /**
     * Formats a number with four significant digits, because one table holds a 7B model and another
     * a miniature.
     */
    static String significant(double value) {
      BigDecimal exact = BigDecimal.valueOf(value);
      int whole = exact.precision() - exact.scale();
      return exact.signum() == 0
          ? "0"
          : exact.setScale(Math.max(0, DIGITS - whole), RoundingMode.HALF_UP).toPlainString();
    }

    static String fixed(double value, int decimals) {
      return Text.format("%." + decimals + "f", value);
    }

    /** Formats a number without trailing zeros. */
    static String trimmed(double value) {
      String text = fixed(value, 4);
      return text.replaceAll("\\.?0+$", "");
    }
  }

  /**
   * The notes below one table of {@code estimate}: what bounds its times, what does not fit into
   * memory, and what the paper prints.
   */
  private static final class EstimateNotes {

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
          Text.format(
              "%s at %s T/s (%s): ",
              row.precision(),
              AmountText.trimmed(row.peakOperationsPerS() / TERA),
              row.peakFormat());
      String least = AmountText.significant(row.floorPrefillMs());
      if (row.memoryBoundVisualTokens() == null) {
        return rate
            + Text.format(
                "every matrix is memory bound at any length; without visual tokens %s ms", least);
      }
      return row.memoryBoundVisualTokens() == 0
          ? rate
              + Text.format(
                  "compute bound even without visual tokens, which takes %s ms; fewer always pay",
                  least)
          : rate
              + Text.format(
                  "up to %d visual tokens every matrix is memory bound and more pruning buys next"
                      + " to nothing; without any %s ms",
                  row.memoryBoundVisualTokens(), least);
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
                  Text.format(
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
      return Text.format(
          "%s: %s GB do not fit into %s GB of memory",
          place(row),
          AmountText.fixed(row.bytesFootprint() / GIGA, 1),
          AmountText.trimmed(row.bytesMemory() / GIGA));
    }

    private static String surplus(EstimateRow row) {
      return row.visualTokens() <= row.visualTokensBefore() || row.flopsVision() == null
          ? ""
          : Text.format(
              "%d visual tokens are more than the tower's %d, which is counted once",
              row.visualTokens(), row.visualTokensBefore());
    }

    private static String published(EstimateRow row) {
      PublishedEstimate paper = row.published();
      return Text.format(
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
      return Text.format(
          "%s: %s%s",
          device.name(), device.source(), device.remark().isEmpty() ? "" : "; " + device.remark());
    }
  }
}
