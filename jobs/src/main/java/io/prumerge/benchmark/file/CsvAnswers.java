package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.SheetAnswers;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A CSV or TSV file of answers, with a column of the questions' ids and one of texts. */
enum CsvAnswers implements AnswerFormat {
  BY_ID("question_id", "text"),
  OF_VLMEVALKIT(SheetAnswers.INDEX, SheetAnswers.PREDICTION);

  private final String id;
  private final String text;

  CsvAnswers(String id, String text) {
    this.id = id;
    this.text = text;
  }

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    String name = PackedFile.name(path);
    return (name.endsWith(".csv") || name.endsWith(".tsv"))
        && table(path, hadoop).hasColumns(id, text);
  }

  private static TsvTable table(Path path, Configuration hadoop) throws IOException {
    return PackedFile.name(path).endsWith(".tsv")
        ? TsvTable.open(path, hadoop)
        : TsvTable.openCsv(path, hadoop);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    leftOut.<TsvRow>read(
        table(path, hadoop)::read,
        row -> {
          row.requireWhole();
          sink.accept(GivenAnswer.of(row.text(id), row.optionalText(text).orElse(""), row.where()));
        });
  }
}
