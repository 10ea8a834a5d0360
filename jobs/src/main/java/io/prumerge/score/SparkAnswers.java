package io.prumerge.score;

import io.prumerge.benchmark.AnswerColumns;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.table.DataTable;
import io.prumerge.store.ColumnSelection;
import io.prumerge.store.NamedTable;
import io.prumerge.store.SparkData;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Reads answers by Spark's reader of a format.
 *
 * @param beside where what executors write for it lies; empty = on this host
 */
record SparkAnswers(SparkSession spark, Optional<Path> beside) {

  /** What separates the cells of CSV that was written with options. */
  private static final String SEPARATORS = ";\t|";

  /**
   * Streams the answers.
   *
   * @return the account of the rows that cannot be read
   * @throws DataException if the data cannot be read, or have no columns of answers
   */
  LeftOutRows read(SparkData data, Benchmark benchmark, Consumer<GivenAnswer> sink)
      throws IOException {
    NamedTable rows = NamedTable.open(spark, data);
    AnswerColumns columns = columns(List.of(rows.schema().fieldNames()), data, benchmark);
    Set<String> read = Set.of(columns.id(), columns.text());
    try (ScratchFolder scratch = ScratchFolder.beside(spark, beside, "Answers come from " + data)) {
      Path folder = scratch.below("answers");
      rows.stage(
          new ColumnSelection(read, Set.of()), Optional.empty(), ColumnSelection.MARKS, folder);
      SourceFiles source =
          new SourceFiles(List.of(), spark.sparkContext().hadoopConfiguration())
              .with(
                  new StagedTable(
                      data.toString(), List.of(), folder, Optional.empty(), data.places()));
      Consumer<GivenAnswer> counted = source.leftOut().account().counting(sink);
      DataTable.open(source, "test")
          .get(0)
          .read(
              read,
              row ->
                  counted.accept(
                      columns.answer(
                          row.id(columns.id()).asText(),
                          row.text(columns.text()).orElse(""),
                          row.where())));
      return source.leftOut();
    }
  }

  private static AnswerColumns columns(List<String> has, SparkData data, Benchmark benchmark) {
    List<AnswerColumns> known =
        benchmark.answerFormats().stream()
            .map(AnswerFormat::columns)
            .flatMap(List::stream)
            .toList();
    if (known.isEmpty()) {
      throw new DataException(
          Text.format(
              "%s: answers to %s are read from files of its own formats, not from a table",
              data, benchmark.name()));
    }
    return AnswerColumns.in(known, has, data.toString(), separated(has, data));
  }

  /** Returns what to do about one column whose name has separators of others. */
  private static String separated(List<String> columns, SparkData data) {
    return SEPARATORS
        .chars()
        .filter(one -> columns.size() == 1 && columns.get(0).indexOf(one) >= 0)
        .mapToObj(one -> "; read them as " + data.with("sep", Character.toString(one)))
        .findFirst()
        .orElse("");
  }
}
