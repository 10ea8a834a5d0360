package io.prumerge.benchmark.mmbench;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MMBench's TSV files of every generation. The image of a row is base64 text or, in VLMEvalKit's
 * files, the index of the row that holds the image.
 */
final class MmBenchTsv implements MmBenchTable {

  static final String ENDING = ".tsv";

  /** Longest text that VLMEvalKit treats as another row's index rather than an image, in bytes. */
  private static final int REFERENCE_LENGTH = 64;

  private static final String IMAGE = "image";
  private static final String[] COLUMNS = {"index", "question", "A", "B", "category", IMAGE};

  private final List<MmBenchRow> rows = new ArrayList<>();
  private final Map<Long, ImagePlace> images = new HashMap<>();
  private final Map<Long, DataException> invalid = new HashMap<>();
  private final Map<Long, Long> references = new HashMap<>();

  private MmBenchTsv() {}

  /** Returns whether the table's columns are MMBench's. */
  static boolean recognises(TsvTable table) {
    return table.hasColumns(COLUMNS);
  }

  /**
   * Reads all rows; of the images only their locations.
   *
   * @throws DataException naming file and line if most rows are invalid
   */
  static MmBenchTsv read(TsvTable table, SourceFiles source) throws IOException {
    MmBenchTsv tsv = new MmBenchTsv();
    source.leftOut().keeping().read(table::read, tsv::add, row -> row.optionalText("index"));
    return tsv;
  }

  private void add(TsvRow row) {
    long index = MmBenchColumns.index(row.text("index"), row.where());
    try {
      add(index, row);
    } catch (DataException e) {
      invalid.putIfAbsent(index % MmBenchRow.ROTATION, e);
      throw e;
    }
  }

  private void add(long index, TsvRow row) {
    row.requireWhole();
    MmBenchRow asked = MmBenchColumns.row(index, row::optionalText, row.where());
    long length = row.length(IMAGE);
    if (length > REFERENCE_LENGTH) {
      row.base64(IMAGE, Long.toString(index)).ifPresent(place -> images.put(index, place));
    } else if (length > 0) {
      references.put(index, MmBenchColumns.index(row.text(IMAGE), row.where() + ": 'image'"));
    }
    rows.add(asked);
  }

  @Override
  public List<MmBenchRow> rows() {
    return List.copyOf(rows);
  }

  @Override
  public Map<Long, DataException> invalid() {
    return Map.copyOf(invalid);
  }

  @Override
  public ImagePlace image(MmBenchRow original) {
    long index = references.getOrDefault(original.index(), original.index());
    return Optional.ofNullable(images.get(index))
        .orElseThrow(
            () ->
                new DataException(
                    index == original.index()
                        ? Text.format("%s: row %d has no image", original.where(), index)
                        : Text.format(
                            "%s: row %d has the image of row %d, which has none of its own",
                            original.where(), original.index(), index)));
  }
}
