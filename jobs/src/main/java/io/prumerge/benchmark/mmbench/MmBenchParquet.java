package io.prumerge.benchmark.mmbench;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** MMBench's Hugging Face Parquet files, where every row has its image. */
final class MmBenchParquet implements MmBenchTable {

  private static final String IMAGE = "image";
  private static final String[] COLUMNS = {"index", "question", "A", "B", "category", IMAGE};
  private static final Set<String> OPTIONAL =
      Set.of("hint", "C", "D", "answer", "L2-category", "l2-category", "split");

  private final List<MmBenchRow> rows = new ArrayList<>();
  private final Map<Long, ImagePlace> images = new HashMap<>();
  private final Map<Long, DataException> invalid = new HashMap<>();

  private MmBenchParquet() {}

  /** Returns the tables whose columns are MMBench's. */
  static List<HuggingFaceTable> tables(SourceFiles source) throws IOException {
    return HuggingFaceTable.having(source, COLUMNS);
  }

  /**
   * Reads all rows; of the images only their locations.
   *
   * @throws DataException naming file and row if most rows are invalid
   */
  static MmBenchParquet read(HuggingFaceTable table, SourceFiles source) throws IOException {
    MmBenchParquet parquet = new MmBenchParquet();
    source
        .leftOut()
        .keeping()
        .<HuggingFaceRow>read(
            rows -> table.read(Set.of(COLUMNS), OPTIONAL, rows),
            parquet::add,
            row -> Optional.of(row.id("index").asText()));
    return parquet;
  }

  private void add(HuggingFaceRow row) {
    // An early revision has strings.
    long index = MmBenchColumns.index(row.id("index").asText(), row.where());
    try {
      MmBenchRow asked = MmBenchColumns.row(index, row::optionalText, row.where());
      row.place(IMAGE, Long.toString(index), 0).ifPresent(place -> images.put(index, place));
      rows.add(asked);
    } catch (DataException e) {
      invalid.putIfAbsent(index % MmBenchRow.ROTATION, e);
      throw e;
    }
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
    return Optional.ofNullable(images.get(original.index()))
        .orElseThrow(
            () ->
                new DataException(
                    Text.format("%s: row %d has no image", original.where(), original.index())));
  }
}
