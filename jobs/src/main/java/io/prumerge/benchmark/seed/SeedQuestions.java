package io.prumerge.benchmark.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
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
  static final Set<String> COLUMNS =
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
    images = source.folderWith(List.of(Item.IMAGES)).isPresent();
    frames = source.folderWith(List.of(Item.FRAMES)).isPresent();
  }

  /** Reads the official file, with LLaVA's names of the images. */
  void official(Path file) throws IOException {
    JsonItems.arrayIn(
        file,
        "questions",
        source,
        "question_id",
        line -> {
          Item question = Item.of(line);
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
    SideRows<String, Item> known = new SideRows<>(source.leftOut());
    JsonItems.arrayIn(
        annotations,
        "questions",
        source.hadoop(),
        source.leftOut().beside(annotations.getName()),
        line -> {
          Item question = Item.of(line);
          known.put(named.next(question.id().asText()), question);
        });
    QuestionIds asked = new QuestionIds();
    JsonLines.read(
        file,
        source,
        "question_id",
        line -> {
          String id = line.id("question_id").asText();
          Item question = known.get(asked.next(id));
          String text = line.text("text");
          if (question == null || !text.startsWith(question.question())) {
            throw line.error(
                    Text.format(
                        "%s has no question %s with this text; are the files of one generation?",
                        annotations.getName(), id))
                .unmatched();
          }
          accept(
              question,
              new ImagePlace.InFolder(ImageName.checked(line.text(IMAGE), line)),
              prompts.prompt(SeedBenchmark.NAME, question.parts(), text));
        });
    state();
  }

  private void accept(Item question, ImagePlace image, String prompt) {
    String id = ids.next(question.id().asText());
    if (question.asksOfVideo() && images && !frames) {
      skipped++;
      source.leftOut().account().isLacking();
    } else {
      sink.accept(question.toQuestion(id, Optional.of(image), prompt));
    }
  }

  private void state() {
    if (skipped > 0) {
      LOG.warn(
          "SEED-Bench: {} questions about videos are skipped, there is no folder {} with their"
              + " frames",
          skipped,
          Item.FRAMES);
    }
  }

  /**
   * Reads rows with a list of images each. Of a video's frames the middle one is used, as in LLaVA.
   */
  void hub(HuggingFaceTable table) throws IOException {
    source
        .leftOut()
        .<HuggingFaceRow>read(
            rows -> table.read(COLUMNS, Set.of(), rows),
            row -> {
              Item question = Item.of(row);
              int middle = Math.max(0, row.structs(IMAGE).size() - 1) / 2;
              String name = question.asksOfVideo() ? question.id().asText() : question.source();
              sink.accept(
                  question.toQuestion(
                      ids.next(question.id().asText()),
                      row.place(IMAGE, name, middle),
                      prompts.prompt(SeedBenchmark.NAME, question.parts())));
            });
  }

  /**
   * A question of SEED-Bench.
   *
   * @param id the file's own id; one occurs twice
   * @param type see {@link SeedTypes}
   * @param kind {@link SeedTypes#IMAGE} or {@link SeedTypes#VIDEO}
   * @param source name of the image or video
   * @param answer a letter; where it is that of no option, no answer is right, as for the evaluator
   * @param where {@code file:line} or the like
   */
  record Item(
      JsonNode id,
      long type,
      String kind,
      String source,
      String question,
      List<String> options,
      String answer,
      String where) {

    /** Fields and columns of the options, in their order. */
    static final List<String> CHOICES = List.of("choice_a", "choice_b", "choice_c", "choice_d");

    /** LLaVA's folder of images. */
    static final String IMAGES = "SEED-Bench-image";

    /** LLaVA's folder of the middle frames of videos. */
    static final String FRAMES = "SEED-Bench-video-image";

    Item {
      options = List.copyOf(options);
      if (!SeedTypes.contains(type)) {
        throw new DataException(
            Text.format("%s: question_type_id must lie in 1..12, it is %d", where, type));
      }
      if (!kind.equals(SeedTypes.IMAGE) && !kind.equals(SeedTypes.VIDEO)) {
        throw new DataException(
            Text.format("%s: data_type must be image or video, it is '%s'", where, kind));
      }
    }

    /** Returns the question in an element of {@code questions} in the official file. */
    static Item of(JsonLine line) {
      String source = ImageName.checked(line.text("data_id"), line);
      return new Item(
          line.id("question_id"),
          line.id("question_type_id").asLong(),
          line.text("data_type"),
          source,
          line.text("question"),
          CHOICES.stream().map(choice -> line.id(choice).asText()).toList(),
          line.text("answer"),
          line.where());
    }

    /** Returns the question in a row of the Hugging Face table. */
    static Item of(HuggingFaceRow row) {
      return new Item(
          row.id("question_id"),
          row.integer("question_type_id"),
          row.text("data_type"),
          row.text("data_id"),
          row.text("question"),
          CHOICES.stream().map(row::text).toList(),
          row.text("answer"),
          row.where());
    }

    boolean asksOfVideo() {
      return kind.equals(SeedTypes.VIDEO);
    }

    /**
     * Returns LLaVA's path of the image, or of the frame that its script extracts from the video.
     */
    String llavaImage() {
      return asksOfVideo()
          ? Text.format("%s/%d_%s.png", FRAMES, type, id.asText())
          : IMAGES + "/" + source;
    }

    PromptParts parts() {
      return PromptParts.choice(question, "", options);
    }

    /**
     * Returns the question in this project's form.
     *
     * @param ours a unique id
     */
    BenchmarkQuestion toQuestion(String ours, Optional<ImagePlace> image, String prompt) {
      return BenchmarkQuestion.of(
              id,
              image,
              prompt,
              question,
              SeedTypes.name(type),
              List.of(answer),
              BenchmarkQuestion.SHORT_ANSWER)
          .withId(ours)
          .withOptions(options)
          .with(BenchmarkQuestion.GROUPS, kind);
    }
  }
}
