package io.prumerge.benchmark;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Answers as evaluation servers take them: one JSON array of objects with an id and an answer.
 *
 * @param key the {@link Benchmark#key} out of an object
 * @param answerField holds the text
 */
record JsonAnswers(Function<JsonLine, String> key, String answerField) implements AnswerFormat {

  /** Objects matched by the id in a field. */
  static JsonAnswers byId(String idField, String answerField) {
    return new JsonAnswers(line -> line.id(idField).asText(), answerField);
  }

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return path.getName().endsWith(".json");
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonItems.array(
        path,
        hadoop,
        line ->
            sink.accept(
                new GivenAnswer(
                    key.apply(line), line.text(answerField), Optional.empty(), line.where())));
  }
}
