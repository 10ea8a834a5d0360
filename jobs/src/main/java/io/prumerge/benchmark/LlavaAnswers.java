package io.prumerge.benchmark;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA's answer file: JSON Lines with {@code question_id}, {@code prompt} and {@code text}, as its
 * scripts {@code model_vqa*.py} write them.
 *
 * @param key the {@link Benchmark#key} out of a line
 */
record LlavaAnswers(Function<JsonLine, String> key) implements AnswerFormat {

  /** Lines matched by their {@code question_id} alone. */
  static final LlavaAnswers BY_ID = new LlavaAnswers(line -> line.id("question_id").asText());

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return path.getName().endsWith(".jsonl");
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLines.read(
        path,
        hadoop,
        line ->
            sink.accept(
                new GivenAnswer(
                    key.apply(line),
                    line.text("text"),
                    line.optionalText("model_id"),
                    line.where())));
  }
}
