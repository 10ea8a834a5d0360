package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.mmbench.MmBenchRow.Columns;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TsvTable;
import io.prumerge.source.TsvTable.TsvRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rows of MMBench, read from one of its file formats. */
interface MmBenchTable {

  /** Returns all rows in the order of the file. */
  List<MmBenchRow> rows();

  /**
   * Returns the location of a circle's image: that of its original row, which all rotations share.
   *
   * @throws DataException if the row has no image
   */
  ImagePlace image(MmBenchRow original);

  /**
   * MMBench's TSV files of every generation. The image of a row is base64 text or, in VLMEvalKit's
   * files, the index of the row that holds the image.
   */
  static final class Tsv implements MmBenchTable {

    static final String ENDING = ".tsv";

    /**
     * Longest text that VLMEvalKit treats as another row's index rather than an image, in bytes.
     */
    private static final int REFERENCE_LENGTH = 64;

    private static final String IMAGE = "image";
    private static final String[] COLUMNS = {"index", "question", "A", "B", "category", IMAGE};

    private final List<MmBenchRow> rows = new ArrayList<>();
    private final Map<Long, ImagePlace> images = new HashMap<>();
    private final Map<Long, Long> references = new HashMap<>();

    private Tsv() {}

    /** Returns whether the table's columns are MMBench's. */
    static boolean recognises(TsvTable table) {
      return table.hasColumns(COLUMNS);
    }

    /**
     * Reads all rows; of the images only their locations.
     *
     * @throws DataException naming file and line if a row is invalid
     */
    static Tsv read(TsvTable table) throws IOException {
      Tsv tsv = new Tsv();
      table.read(tsv::add);
      return tsv;
    }

    private void add(TsvRow row) {
      long index = Columns.index(row.text("index"), row.where());
      rows.add(Columns.row(index, row::optionalText, row.where()));
      long length = row.length(IMAGE);
      if (length > REFERENCE_LENGTH) {
        row.base64(IMAGE, Long.toString(index)).ifPresent(place -> images.put(index, place));
      } else if (length > 0) {
        references.put(index, Columns.index(row.text(IMAGE), row.where() + ": 'image'"));
      }
    }

    @Override
    public List<MmBenchRow> rows() {
      return List.copyOf(rows);
    }

    @Override
    public ImagePlace image(MmBenchRow original) {
      long index = references.getOrDefault(original.index(), original.index());
      return Optional.ofNullable(images.get(index))
          .orElseThrow(
              () ->
                  new DataException(
                      index == original.index()
                          ? String.format(
                              Locale.ROOT, "%s: row %d has no image", original.where(), index)
                          : String.format(
                              Locale.ROOT,
                              "%s: row %d has the image of row %d, which has none of its own",
                              original.where(),
                              original.index(),
                              index)));
    }
  }

  /** MMBench's Hugging Face Parquet files, where every row has its image. */
  static final class Parquet implements MmBenchTable {

    private static final String IMAGE = "image";
    private static final String[] COLUMNS = {"index", "question", "A", "B", "category", IMAGE};
    private static final Set<String> OPTIONAL =
        Set.of("hint", "C", "D", "answer", "L2-category", "l2-category", "split");

    private final List<MmBenchRow> rows = new ArrayList<>();
    private final Map<Long, ImagePlace> images = new HashMap<>();

    private Parquet() {}

    /** Returns the tables whose columns are MMBench's. */
    static List<HuggingFaceTable> tables(SourceFiles source) throws IOException {
      return HuggingFaceTable.having(source, COLUMNS);
    }

    /**
     * Reads all rows; of the images only their locations.
     *
     * @throws DataException naming file and row if a row is invalid
     */
    static Parquet read(HuggingFaceTable table) throws IOException {
      Parquet parquet = new Parquet();
      table.read(Set.of(COLUMNS), OPTIONAL, parquet::add);
      return parquet;
    }

    private void add(HuggingFaceRow row) {
      // An early revision has strings.
      long index = Columns.index(row.id("index").asText(), row.where());
      rows.add(Columns.row(index, row::optionalText, row.where()));
      row.place(IMAGE, Long.toString(index), 0).ifPresent(place -> images.put(index, place));
    }

    @Override
    public List<MmBenchRow> rows() {
      return List.copyOf(rows);
    }

    @Override
    public ImagePlace image(MmBenchRow original) {
      return Optional.ofNullable(images.get(original.index()))
          .orElseThrow(
              () ->
                  new DataException(
                      String.format(
                          Locale.ROOT,
                          "%s: row %d has no image",
                          original.where(),
                          original.index())));
    }
  }
}
