package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerColumns;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.SheetAnswers;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A CSV or TSV file of answers, with a column of the questions' ids and one of texts. */
final class CsvAnswers implements AnswerFormat {

  private static final String TSV = ".tsv";

  private static final List<AnswerColumns> COLUMNS =
      List.of(
          new AnswerColumns("question_id", "text", UnaryOperator.identity()),
          new AnswerColumns(SheetAnswers.INDEX, SheetAnswers.PREDICTION, SheetAnswers::whole));

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return PackedFile.hasEnding(path, ".csv") || PackedFile.hasEnding(path, TSV);
  }

  @Override
  public List<AnswerColumns> columns() {
    return COLUMNS;
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    TsvTable table =
        PackedFile.hasEnding(path, TSV)
            ? TsvTable.open(path, hadoop)
            : TsvTable.openCsv(path, hadoop);
    AnswerColumns columns = AnswerColumns.in(COLUMNS, table.columns(), path.getName() + ":1", "");
    leftOut.<TsvRow>read(
        table::read,
        row -> {
          row.requireWhole();
          sink.accept(
              columns.answer(
                  row.text(columns.id()),
                  row.optionalText(columns.text()).orElse(""),
                  row.where()));
        });
  }
}
