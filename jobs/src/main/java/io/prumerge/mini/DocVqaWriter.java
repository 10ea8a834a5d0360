package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.scene.FormPage;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * DocVQA (Mathew et al., 2021): one question about every page.
 *
 * <pre>
 * val_v1.0.json
 * documents/page-test-7-000042.png
 * </pre>
 *
 * The train split's file is {@code train_v1.0.json}.
 */
final class DocVqaWriter implements AutoCloseable {

  static final String NAME = "docvqa";

  private static final String IMAGES = "documents";

  private final Path folder;
  private final String set;
  private final JsonArrayWriter questions;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  DocVqaWriter(Path folder, Split split) throws IOException {
    this.folder = folder;
    set =
        switch (split) {
          case TRAIN -> "train";
          case TEST -> "val";
        };
    questions =
        JsonArrayWriter.document(
            folder.resolve(Text.format("%s_v1.0.json", set)),
            JsonFields.of("dataset_name", NAME)
                .and("dataset_version", "1.0")
                .and("dataset_split", set)
                .map(),
            "data");
    Files.createDirectories(folder.resolve(IMAGES));
  }

  /**
   * Writes the question about one page.
   *
   * @param png the encoded picture
   */
  void add(FormPage page, byte[] png) throws IOException {
    SceneRandom random = MiniBenchmark.random(page.seed(), page.split(), page.index(), NAME);
    OpenQuestion question = random.pick(PageQuestions.of(page));
    String image = Text.format("%s/%s.png", IMAGES, page.id());
    Files.write(folder.resolve(image), png);
    int number = page.index() + 1;
    questions.add(
        JsonFields.of("questionId", number)
            .and("question", question.text())
            .and("image", image)
            .and("docId", number)
            .and("answers", List.of(question.answer()))
            .and("data_split", set)
            .map());
    tally = tally.with(1);
  }

  WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    questions.close();
  }
}
