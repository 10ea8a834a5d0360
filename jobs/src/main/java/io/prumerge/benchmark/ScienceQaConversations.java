package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA's {@code llava_SPLIT_CQM-A.json}: an array of {@code id}, {@code image} where there is one,
 * and {@code conversations}, the question and the right letter.
 */
final class ScienceQaConversations {

  private static final String IMAGE = "<image>";

  /** What {@code --single-pred-prompt} adds. */
  private static final String SUFFIX =
      "\nAnswer with the option's letter from the given choices directly.";

  private ScienceQaConversations() {}

  static String name(String split) {
    return "llava_%s_CQM-A.json".formatted(split);
  }

  /**
   * Gives pid and prompt of every problem, in the order of the file. The prompt is what LLaVA's
   * {@code model_vqa_science.py --single-pred-prompt} asks, the line with {@code <image>} apart.
   *
   * @throws DataException where the file and the problems are not of one generation
   */
  static void read(
      Path file, Configuration hadoop, ScienceQaProblems problems, BiConsumer<String, String> sink)
      throws IOException {
    Set<String> seen = new HashSet<>();
    JsonItems.array(
        file,
        hadoop,
        line -> {
          String pid = line.id("id").asText();
          ScienceQaProblem problem = problems.byPid().get(pid);
          if (problem == null) {
            throw line.error(
                "problem %s is not in split %s of %s"
                    .formatted(pid, problems.split(), ScienceQaProblems.SPLITS));
          }
          if (!seen.add(pid)) {
            throw line.error("problem %s stands there already".formatted(pid));
          }
          sink.accept(pid, prompt(line, pid, problem));
        });
    if (seen.size() < problems.byPid().size()) {
      throw new DataException(
          "%s has %,d of the %,d problems of split %s; problem %s is the first it lacks"
              .formatted(
                  file.getName(),
                  seen.size(),
                  problems.byPid().size(),
                  problems.split(),
                  problems.byPid().keySet().stream()
                      .filter(pid -> !seen.contains(pid))
                      .findFirst()
                      .orElseThrow()));
    }
  }

  private static String prompt(JsonLine line, String pid, ScienceQaProblem problem) {
    boolean image = line.optionalText("image").isPresent();
    if (image != problem.image().isPresent()) {
      throw line.error(
          "problem %s has %s here, but %s in %s"
              .formatted(
                  pid,
                  image ? "an image" : "no image",
                  image ? "none" : "one",
                  ScienceQaProblems.PROBLEMS));
    }
    JsonNode turns = line.object().path("conversations");
    JsonNode question = turns.path(0).path("value");
    JsonNode letter = turns.path(1).path("value");
    if (!question.isTextual() || !letter.isTextual()) {
      throw line.error(
          "problem %s: \"conversations\" must hold a question and an answer".formatted(pid));
    }
    if (!letter.textValue().equals(problem.letter())) {
      throw line.error(
          "problem %s has the answer %s here, but %s in %s"
              .formatted(pid, letter, problem.letter(), ScienceQaProblems.PROBLEMS));
    }
    return PythonText.strip(question.textValue().replace(IMAGE, "")) + SUFFIX;
  }
}
