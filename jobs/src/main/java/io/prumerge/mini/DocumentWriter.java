package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.scene.Box;
import io.prumerge.mini.scene.FormPage;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Pages in large and small print in TextVQA's files: three questions about every page. The OCR
 * system reads nothing, so all answers have to come from the picture.
 *
 * <p>For the train split it also writes {@code pages.jsonl}, what stands where on every page, and
 * {@code train-documents.json}, as {@link TrainingWriter} does, with all lines of every page.
 * Kinds:
 *
 * <ul>
 *   <li>{@code document/value}: what stands after a label
 *   <li>{@code page}: {@link FormPage#text()}
 * </ul>
 */
final class DocumentWriter implements AutoCloseable {

  static final String NAME = "documents";
  static final String TRAINING = "train-documents.json";
  static final String PAGES = "pages.jsonl";

  private static final int QUESTIONS = 3;
  private static final List<String> NOTHING_READ = List.of();
  private static final Box EVERYWHERE = new Box(0, 0, Scene.SIDE, Scene.SIDE);

  private final Path folder;
  private final TextVqaFiles files;
  private final Optional<Training> training;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  /**
   * @param folder the folder of all benchmarks
   */
  DocumentWriter(Path folder, Split split) throws IOException {
    this.folder = folder;
    files = new TextVqaFiles(folder.resolve(NAME), split, "Document");
    training =
        split == Split.TRAIN
            ? Optional.of(
                new Training(
                    new Conversations(folder.resolve(TRAINING)),
                    JsonArrayWriter.lines(folder.resolve(PAGES))))
            : Optional.empty();
  }

  /**
   * Writes the questions about one page.
   *
   * @param png the encoded picture
   */
  void add(FormPage page, byte[] png) throws IOException {
    SceneRandom random = MiniBenchmark.random(page.seed(), page.split(), page.index(), NAME);
    String id = Text.format("%016x", random.next());
    Path image = files.image(id);
    Files.createDirectories(image.getParent());
    Files.write(image, png);
    List<OpenQuestion> all = PageQuestions.of(page);
    List<OpenQuestion> chosen = new ArrayList<>(all);
    random.shuffle(chosen);
    chosen = chosen.subList(0, QUESTIONS);
    files.add(id, chosen, NOTHING_READ, EVERYWHERE, random);
    if (training.isPresent()) {
      training.get().add(page, folder.relativize(image).toString(), all);
    }
    tally = tally.with(chosen.size());
  }

  WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    files.close();
    if (training.isPresent()) {
      training.get().close();
    }
  }

  /** The files for training. */
  private record Training(Conversations conversations, JsonArrayWriter pages)
      implements AutoCloseable {

    /**
     * @param image the picture's path below the folder
     */
    void add(FormPage page, String image, List<OpenQuestion> questions) throws IOException {
      pages.add(
          JsonFields.of("page_id", page.id())
              .and("image", image)
              .and("print", page.print().name().toLowerCase(Locale.ROOT))
              .and("label_left", page.labelLeft())
              .and("value_left", page.valueLeft())
              .and(
                  "lines",
                  page.lines().stream()
                      .map(
                          line ->
                              JsonFields.of("label", line.label())
                                  .and("value", line.value())
                                  .and("top", line.top())
                                  .map())
                      .toList())
              .map());
      int written = 0;
      conversations.seen(page.id() + "-" + written++, image, "page", "Read the page.", page.text());
      for (OpenQuestion question : questions) {
        conversations.seen(
            page.id() + "-" + written++,
            image,
            "document/" + question.form(),
            Prompts.withOcr(question.text(), NOTHING_READ),
            question.answer());
      }
    }

    @Override
    public void close() throws IOException {
      conversations.close();
      pages.close();
    }
  }
}
