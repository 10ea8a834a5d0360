package io.prumerge.benchmark.seed;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaText;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads SEED-Bench in any of its layouts. */
final class SeedQuestions {

  private static final Logger LOG = LoggerFactory.getLogger(SeedQuestions.class);

  private static final String IMAGE = "image";
  private static final Set<String> COLUMNS =
      Set.of(
          "question_id",
          "question_type_id",
          "data_type",
          "data_id",
          "question",
          "answer",
          "choice_a",
          "choice_b",
          "choice_c",
          "choice_d",
          IMAGE);

  private final SourceFiles source;
  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final QuestionIds ids = new QuestionIds();
  private final boolean images;
  private final boolean frames;
  private long skipped;

  SeedQuestions(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    this.source = source;
    this.prompts = prompts;
    this.sink = sink;
    images = source.folderWith(List.of(SeedQuestion.IMAGES)).isPresent();
    frames = source.folderWith(List.of(SeedQuestion.FRAMES)).isPresent();
  }

  /** Reads the official file, with LLaVA's names of the images. */
  void official(Path file) throws IOException {
    JsonItems.arrayIn(
        file,
        "questions",
        source.hadoop(),
        line -> {
          SeedQuestion question = SeedQuestion.of(line);
          String image =
              images || question.asksOfVideo() ? question.llavaImage() : question.source();
          accept(
              question,
              new ImagePlace.InFolder(ImageName.checked(image, line)),
              prompts.prompt(SeedBenchmark.NAME, question.parts()));
        });
    state();
  }

  /** Reads LLaVA's questions, with the answers of the official file. */
  void llava(Path file, Path annotations) throws IOException {
    QuestionIds named = new QuestionIds();
    Map<String, SeedQuestion> known = new HashMap<>();
    JsonItems.arrayIn(
        annotations,
        "questions",
        source.hadoop(),
        line -> {
          SeedQuestion question = SeedQuestion.of(line);
          known.put(named.next(question.id().asText()), question);
        });
    QuestionIds asked = new QuestionIds();
    JsonLines.read(
        file,
        source.hadoop(),
        line -> {
          String id = line.id("question_id").asText();
          SeedQuestion question = known.get(asked.next(id));
          String text = line.text("text");
          if (question == null || !text.startsWith(question.question())) {
            throw line.error(
                String.format(
                    Locale.ROOT,
                    "%s has no question %s with this text; are the files of one generation?",
                    annotations.getName(),
                    id));
          }
          accept(
              question,
              new ImagePlace.InFolder(ImageName.checked(line.text(IMAGE), line)),
              LlavaText.prompt(prompts, SeedBenchmark.NAME, text, question.parts()));
        });
    state();
  }

  private void accept(SeedQuestion question, ImagePlace image, String prompt) {
    String id = ids.next(question.id().asText());
    if (question.asksOfVideo() && images && !frames) {
      skipped++;
    } else {
      sink.accept(question.asked(id, Optional.of(image), prompt));
    }
  }

  private void state() {
    if (skipped > 0) {
      LOG.warn(
          "SEED-Bench: {} questions about videos are skipped, there is no folder {} with their frames",
          skipped,
          SeedQuestion.FRAMES);
    }
  }

  /** The tables whose columns are SEED-Bench's. */
  static List<HuggingFaceTable> tables(SourceFiles source) throws IOException {
    return HuggingFaceTable.having(source, COLUMNS.toArray(String[]::new));
  }

  /**
   * Reads rows with a list of images each. Of a video's frames the middle one is used, as in LLaVA.
   */
  void hub(HuggingFaceTable table) throws IOException {
    table.read(
        COLUMNS,
        Set.of(),
        row -> {
          SeedQuestion question = SeedQuestion.of(row);
          int middle = Math.max(0, row.structs(IMAGE).size() - 1) / 2;
          String name = question.asksOfVideo() ? question.id().asText() : question.source();
          sink.accept(
              question.asked(
                  ids.next(question.id().asText()),
                  row.place(IMAGE, name, middle),
                  prompts.prompt(SeedBenchmark.NAME, question.parts())));
        });
  }
}
