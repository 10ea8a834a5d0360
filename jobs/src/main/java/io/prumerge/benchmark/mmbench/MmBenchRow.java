package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.Letters;
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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One row of MMBench: a question with its options in one rotation.
 *
 * @param index of the row; {@link #circle} names the question
 * @param hint empty if there is none
 * @param options as in {@link Letters}; pandas, by which all evaluators read the file, takes an
 *     option such as "None" for missing
 * @param answer a letter; empty in test files. Where its option is missing, no answer is right, as
 *     for the evaluators
 * @param ability the {@code l2-category}, if the file has it
 * @param split the {@code split} column, if the file has it
 * @param where {@code file:line} or the like
 */
record MmBenchRow(
    long index,
    String question,
    String hint,
    List<String> options,
    Optional<String> answer,
    String category,
    Optional<String> ability,
    Optional<String> split,
    String where) {

  private static final long ROTATION = 1_000_000;

  /**
   * Values that pandas reads as missing. Below: values that LLaVA's script also treats as missing,
   * in upper or lower case.
   */
  private static final Set<String> MISSING =
      Set.of(
          "",
          "#N/A",
          "#N/A N/A",
          "#NA",
          "-1.#IND",
          "-1.#QNAN",
          "1.#IND",
          "1.#QNAN",
          "-NaN",
          "-nan",
          "<NA>",
          "N/A",
          "NA",
          "NULL",
          "n/a",
          "null");

  private static final Set<String> MISSING_IN_ANY_CASE = Set.of("nan", "none");

  MmBenchRow {
    options = List.copyOf(options);
    if (index < 0) {
      throw new DataException(where + ": the index must not be negative, it is " + index);
    }
  }

  /** Returns a cell's text; empty if it stands for a missing value. */
  static Optional<String> cell(Optional<String> text) {
    return text.filter(
        value ->
            !MISSING.contains(value)
                && !MISSING_IN_ANY_CASE.contains(value.toLowerCase(Locale.ROOT)));
  }

  /** Returns the index of the row with the options in their original order. */
  long circle() {
    return index % ROTATION;
  }

  boolean original() {
    return index == circle();
  }

  /** Returns the options that LLaVA shows: those before the first missing one. */
  List<String> shownOptions() {
    int missing = options.indexOf("");
    return missing < 0 ? options : options.subList(0, missing);
  }

  /** Returns whether another row asks the same question, with the options in any order. */
  boolean asksAs(MmBenchRow other) {
    return question.equals(other.question)
        && present(options).stream()
            .sorted()
            .toList()
            .equals(present(other.options).stream().sorted().toList());
  }

  private static List<String> present(List<String> options) {
    return options.stream().filter(option -> !option.isEmpty()).toList();
  }

  /** Reads MMBench's columns, whose names and cells differ slightly between its releases. */
  static final class Columns {

    static final List<String> OPTIONS = List.of("A", "B", "C", "D");

    private Columns() {}

    /**
     * Makes a row from its cells.
     *
     * @param cells gives the text in a column; empty if the cell is empty or the column is absent
     * @param where {@code file:line} or the like
     */
    static MmBenchRow row(long index, Function<String, Optional<String>> cells, String where) {
      Function<String, Optional<String>> present = column -> MmBenchRow.cell(cells.apply(column));
      return new MmBenchRow(
          index,
          present
              .apply("question")
              .orElseThrow(() -> new DataException(where + ": 'question' is empty")),
          present.apply("hint").orElse(""),
          options(present),
          present.apply("answer"),
          present
              .apply("category")
              .orElseThrow(() -> new DataException(where + ": 'category' is empty")),
          Stream.of("l2-category", "L2-category")
              .map(present)
              .flatMap(Optional::stream)
              .findFirst(),
          present.apply("split"),
          where);
    }

    private static List<String> options(Function<String, Optional<String>> cells) {
      List<String> options = new ArrayList<>();
      for (String letter : OPTIONS) {
        options.add(cells.apply(letter).orElse(""));
      }
      while (!options.isEmpty() && options.get(options.size() - 1).isEmpty()) {
        options.remove(options.size() - 1);
      }
      return options;
    }

    /** Returns the number of a row. */
    static long index(String text, String where) {
      try {
        return Long.parseLong(text.strip());
      } catch (NumberFormatException e) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: expected the index of a row, a whole number; found '%s'",
                where,
                text),
            e);
      }
    }
  }

  /** The rows of MMBench, read from one of its file formats. */
  interface Table {

    /** Returns all valid rows in the order of the file. */
    List<MmBenchRow> rows();

    /** Returns why a circle has a row that is left out, by the circle's number. */
    Map<Long, DataException> invalid();

    /**
     * Returns the location of a circle's image: that of its original row, which all rotations
     * share.
     *
     * @throws DataException if the row has no image
     */
    ImagePlace image(MmBenchRow original);

    /**
     * MMBench's TSV files of every generation. The image of a row is base64 text or, in
     * VLMEvalKit's files, the index of the row that holds the image.
     */
    static final class Tsv implements Table {

      static final String ENDING = ".tsv";

      /**
       * Longest text that VLMEvalKit treats as another row's index rather than an image, in bytes.
       */
      private static final int REFERENCE_LENGTH = 64;

      private static final String IMAGE = "image";
      private static final String[] COLUMNS = {"index", "question", "A", "B", "category", IMAGE};

      private final List<MmBenchRow> rows = new ArrayList<>();
      private final Map<Long, ImagePlace> images = new HashMap<>();
      private final Map<Long, DataException> invalid = new HashMap<>();
      private final Map<Long, Long> references = new HashMap<>();

      private Tsv() {}

      /** Returns whether the table's columns are MMBench's. */
      static boolean recognises(TsvTable table) {
        return table.hasColumns(COLUMNS);
      }

      /**
       * Reads all rows; of the images only their locations.
       *
       * @throws DataException naming file and line if most rows are invalid
       */
      static Tsv read(TsvTable table, SourceFiles source) throws IOException {
        Tsv tsv = new Tsv();
        source.leftOut().read(table::read, tsv::add, row -> row.optionalText("index"));
        return tsv;
      }

      private void add(TsvRow row) {
        long index = Columns.index(row.text("index"), row.where());
        try {
          add(index, row);
        } catch (DataException e) {
          invalid.putIfAbsent(index % ROTATION, e);
          throw e;
        }
      }

      private void add(long index, TsvRow row) {
        row.requireWhole();
        MmBenchRow asked = Columns.row(index, row::optionalText, row.where());
        long length = row.length(IMAGE);
        if (length > REFERENCE_LENGTH) {
          row.base64(IMAGE, Long.toString(index)).ifPresent(place -> images.put(index, place));
        } else if (length > 0) {
          references.put(index, Columns.index(row.text(IMAGE), row.where() + ": 'image'"));
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
    static final class Parquet implements Table {

      private static final String IMAGE = "image";
      private static final String[] COLUMNS = {"index", "question", "A", "B", "category", IMAGE};
      private static final Set<String> OPTIONAL =
          Set.of("hint", "C", "D", "answer", "L2-category", "l2-category", "split");

      private final List<MmBenchRow> rows = new ArrayList<>();
      private final Map<Long, ImagePlace> images = new HashMap<>();
      private final Map<Long, DataException> invalid = new HashMap<>();

      private Parquet() {}

      /** Returns the tables whose columns are MMBench's. */
      static List<HuggingFaceTable> tables(SourceFiles source) throws IOException {
        return HuggingFaceTable.having(source, COLUMNS);
      }

      /**
       * Reads all rows; of the images only their locations.
       *
       * @throws DataException naming file and row if most rows are invalid
       */
      static Parquet read(HuggingFaceTable table, SourceFiles source) throws IOException {
        Parquet parquet = new Parquet();
        source
            .leftOut()
            .<HuggingFaceRow>read(
                rows -> table.read(Set.of(COLUMNS), OPTIONAL, rows),
                parquet::add,
                row -> Optional.of(row.id("index").asText()));
        return parquet;
      }

      private void add(HuggingFaceRow row) {
        // An early revision has strings.
        long index = Columns.index(row.id("index").asText(), row.where());
        try {
          MmBenchRow asked = Columns.row(index, row::optionalText, row.where());
          row.place(IMAGE, Long.toString(index), 0).ifPresent(place -> images.put(index, place));
          rows.add(asked);
        } catch (DataException e) {
          invalid.putIfAbsent(index % ROTATION, e);
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
                        String.format(
                            Locale.ROOT,
                            "%s: row %d has no image",
                            original.where(),
                            original.index())));
      }
    }
  }
}
