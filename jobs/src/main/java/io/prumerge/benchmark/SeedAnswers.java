package io.prumerge.benchmark;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** SEED-Bench's upload: JSON Lines with {@code question_id} and {@code prediction}. */
enum SeedAnswers implements AnswerFormat {
  FORMAT;

  static final String ENDING = ".jsonl";
  static final String ID = "question_id";
  static final String PREDICTION = "prediction";

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return path.getName().endsWith(ENDING)
        && JsonBeginning.firstObject(path, hadoop).filter(line -> line.has(PREDICTION)).isPresent();
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLines.read(
        path,
        hadoop,
        line ->
            sink.accept(
                new GivenAnswer(
                    line.id(ID).asText(), line.text(PREDICTION), Optional.empty(), line.where())));
  }
}
