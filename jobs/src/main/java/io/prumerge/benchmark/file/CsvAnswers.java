package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.SheetAnswers;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A CSV or TSV file of answers, with a column of the questions' ids and one of texts. */
final class CsvAnswers implements AnswerFormat {

  private static final String TSV = ".tsv";

  /**
   * The headings of a file.
   *
   * @param id of the questions' ids
   * @param text of the answers
   * @param key returns the id that a cell has
   */
  private record Form(String id, String text, UnaryOperator<String> key) {

    @Override
    public String toString() {
      return id + " and " + text;
    }
  }

  private static final List<Form> FORMS =
      List.of(
          new Form("question_id", "text", UnaryOperator.identity()),
          new Form(SheetAnswers.INDEX, SheetAnswers.PREDICTION, SheetAnswers::whole));

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return PackedFile.hasEnding(path, ".csv") || PackedFile.hasEnding(path, TSV);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    TsvTable table =
        PackedFile.hasEnding(path, TSV)
            ? TsvTable.open(path, hadoop)
            : TsvTable.openCsv(path, hadoop);
    Form form = form(table, path);
    leftOut.<TsvRow>read(
        table::read,
        row -> {
          row.requireWhole();
          sink.accept(
              GivenAnswer.of(
                  form.key().apply(row.text(form.id())),
                  row.optionalText(form.text()).orElse(""),
                  row.where()));
        });
  }

  private static Form form(TsvTable table, Path path) {
    return FORMS.stream()
        .filter(form -> table.hasColumns(form.id(), form.text()))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    String.format(
                        Locale.ROOT,
                        "%s:1: answers are in the columns %s; its columns: %s",
                        path.getName(),
                        FORMS.stream().map(Form::toString).collect(Collectors.joining(", or ")),
                        String.join(", ", table.columns()))));
  }
}
