package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One JSON object of rows by the questions' ids, as evaluators write it who add what they find to
 * the questions: MathVista's has {@code response} and {@code extraction}.
 *
 * @param field of a row's answer, or of a judge's words about it
 * @param judged whether it holds a judge's words
 */
record AnswerRows(String field, boolean judged) implements AnswerFormat {

  /** A file is recognised by the field in its first row. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return PackedFile.hasEnding(path, ".json")
        && JsonBeginning.hasFieldInFirst(path, hadoop, field);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    JsonItems.fields(
        path,
        hadoop,
        leftOut,
        (id, line) -> sink.accept(GivenAnswer.of(id, line.text(field), line.where())));
  }
}
