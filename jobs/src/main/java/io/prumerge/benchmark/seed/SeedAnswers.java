package io.prumerge.benchmark.seed;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLines;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** SEED-Bench's submission format: JSON Lines with {@code question_id} and {@code prediction}. */
enum SeedAnswers implements AnswerFormat {
  FORMAT;

  static final String ENDING = ".jsonl";
  static final String ID = "question_id";
  static final String PREDICTION = "prediction";

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.firstObject(path, hadoop).filter(line -> line.has(PREDICTION)).isPresent();
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLines.read(
        path,
        hadoop,
        line ->
            sink.accept(GivenAnswer.of(line.id(ID).asText(), line.text(PREDICTION), line.where())));
  }
}
