package io.prumerge.benchmark;

import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA's answer file: JSON Lines with {@code question_id}, {@code prompt} and {@code text}, as its
 * scripts {@code model_vqa*.py} write them.
 *
 * @param key gets the {@link Benchmark#key} from a line
 */
public record LlavaAnswers(Function<JsonLine, String> key) implements AnswerFormat {

  /** Lines matched by their {@code question_id} alone. */
  public static final LlavaAnswers BY_ID =
      new LlavaAnswers(line -> line.id("question_id").asText());

  /** Recognises a file by its name, or by LLaVA's lines under another one. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return PackedFile.hasEnding(path, ".jsonl") || areIn(path, hadoop);
  }

  /** Returns whether a file begins with such an answer, whatever its name ends with. */
  static boolean areIn(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.firstObject(path, hadoop)
        .filter(line -> line.has("question_id") && line.has("text"))
        .isPresent();
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    JsonLines.read(
        path,
        hadoop,
        leftOut,
        line ->
            sink.accept(
                new GivenAnswer(
                    key.apply(line),
                    line.answer("text"),
                    line.optionalText("model_id"),
                    line.optionalText("prompt"),
                    Optional.empty(),
                    line.where())));
  }
}
