package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A CSV file of answers, with the columns {@code question_id} and {@code text}. */
enum CsvAnswers implements AnswerFormat {
  BY_ID;

  private static final String ENDING = ".csv";
  private static final String ID = "question_id";
  private static final String TEXT = "text";

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return PackedFile.name(path).endsWith(ENDING)
        && TsvTable.openCsv(path, hadoop).hasColumns(ID, TEXT);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    leftOut.<TsvRow>read(
        TsvTable.openCsv(path, hadoop)::read,
        row -> {
          row.requireWhole();
          sink.accept(GivenAnswer.of(row.text(ID), row.optionalText(TEXT).orElse(""), row.where()));
        });
  }
}
