package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.util.List;
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

  /** What a line of answers says besides. */
  private static final List<String> ANSWERED = List.of("prompt", "model_id", "answer_id");

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

  /**
   * Returns whether a line is one of a file of questions, whose {@code text} is what was asked:
   * POPE's labels and LLaVA's question files name pictures, and no prompt beside the text.
   */
  private static boolean isQuestion(JsonNode line) {
    return line.has("image")
        && ANSWERED.stream().noneMatch(line::has)
        && line.path("text").asText().contains("?");
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    if (JsonBeginning.firstObject(path, hadoop).filter(LlavaAnswers::isQuestion).isPresent()) {
      throw new DataException(
          Wording.of(
              "%s holds questions, not answers: its first line has \"image\" and a question for"
                  + " \"text\", but no \"prompt\"; it belongs to %s, and %s takes the file that the"
                  + " model's answers were written to",
              path.getName(), Setting.SOURCE, Setting.ANSWERS));
    }
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
