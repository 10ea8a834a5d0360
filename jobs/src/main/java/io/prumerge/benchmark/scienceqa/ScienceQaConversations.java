package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.SourceFiles;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA's {@code llava_SPLIT_CQM-A.json}: an array of objects with {@code id}, {@code image} if
 * there is one, and {@code conversations}, the question and the right letter.
 */
final class ScienceQaConversations {

  private static final String IMAGE = "<image>";

  /** The text that {@code --single-pred-prompt} adds. */
  private static final String SUFFIX =
      "\nAnswer with the option's letter from the given choices directly.";

  private ScienceQaConversations() {}

  /** Finds the file of a split, if prompts are LLaVA's. */
  static Optional<Path> find(String split, SourceFiles source, PromptProfile prompts)
      throws IOException {
    return prompts.equals(PromptProfile.LLAVA)
        ? source.find(Text.format("llava_%s_CQM-A.json", split), ScienceQaProblems.FOLDER)
        : Optional.empty();
  }

  /**
   * Reads pid and prompt of every problem, in the order of the file. The prompt is that of LLaVA's
   * {@code model_vqa_science.py --single-pred-prompt} without the line with {@code <image>}.
   *
   * @throws DataException if the file and the problems are of different releases
   */
  static void read(
      Path file, SourceFiles source, ScienceQaProblems problems, BiConsumer<String, String> sink)
      throws IOException {
    Set<String> seen = new HashSet<>();
    JsonItems.array(
        file,
        source,
        line -> {
          String pid = line.id("id").asText();
          ScienceQaProblem problem = problems.byPid().get(pid);
          if (problem == null) {
            throw line.error(
                    Text.format(
                        "problem %s is not in split %s of %s",
                        pid, problems.split(), ScienceQaProblems.SPLITS))
                .unmatched();
          }
          if (!seen.add(pid)) {
            throw line.error(Text.format("problem %s stands there already", pid)).ofFile();
          }
          sink.accept(pid, prompt(line, pid, problem));
        });
    if (seen.size() < problems.byPid().keys().size()) {
      throw new DataException(
          Text.format(
              "%s has %,d of the %,d problems of split %s; problem %s is the first it lacks",
              file.getName(),
              seen.size(),
              problems.byPid().keys().size(),
              problems.split(),
              problems.byPid().keys().stream()
                  .filter(pid -> !seen.contains(pid))
                  .findFirst()
                  .orElseThrow()));
    }
  }

  private static String prompt(JsonLine line, String pid, ScienceQaProblem problem) {
    boolean image = line.optionalText("image").isPresent();
    if (image != problem.image().isPresent()) {
      throw line.error(
              Text.format(
                  "problem %s has %s here, but %s in %s",
                  pid,
                  image ? "an image" : "no image",
                  image ? "none" : "one",
                  ScienceQaProblems.PROBLEMS))
          .ofFile();
    }
    JsonNode turns = line.object().path("conversations");
    JsonNode question = turns.path(0).path("value");
    JsonNode letter = turns.path(1).path("value");
    if (!question.isTextual() || !letter.isTextual()) {
      throw line.error(
          Text.format("problem %s: \"conversations\" must hold a question and an answer", pid));
    }
    if (!letter.textValue().equals(problem.letter())) {
      throw line.error(
              Text.format(
                  "problem %s has the answer %s here, but %s in %s",
                  pid, letter, problem.letter(), ScienceQaProblems.PROBLEMS))
          .ofFile();
    }
    return PythonText.strip(question.textValue().replace(IMAGE, "")) + SUFFIX;
  }
}
