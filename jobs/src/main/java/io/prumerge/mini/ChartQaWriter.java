package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.OpenQuestions;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * ChartQA (Masry et al., 2022): three questions about every bar chart, all of ChartQA's generated
 * kind, since nobody has asked them.
 *
 * <pre>
 * test_augmented.json
 * png/test-7-000042.png
 * </pre>
 *
 * The train split's file is {@code train_augmented.json}.
 */
final class ChartQaWriter implements MiniBenchmark {

  static final String NAME = "chartqa";

  private static final String IMAGES = "png";
  private static final int QUESTIONS = 3;

  private record Answered(String form, String answer) {}

  private final Balance balance = new Balance();
  private final Path folder;
  private final JsonArrayWriter questions;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  ChartQaWriter(Path folder, Split split) throws IOException {
    this.folder = folder;
    questions =
        JsonArrayWriter.array(
            folder.resolve(Text.format("%s_augmented.json", split.displayName())));
    Files.createDirectories(folder.resolve(IMAGES));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    if (picture.scene().chart().isEmpty()) {
      return;
    }
    SceneRandom random = picture.random(name());
    List<OpenQuestion> open =
        new ArrayList<>(OpenQuestions.of(picture.scene().chart().orElseThrow()));
    random.shuffle(open);
    String image = Text.format("%s.png", picture.scene().id());
    picture.write(folder.resolve(IMAGES).resolve(image));
    for (int i = 0; i < QUESTIONS; i++) {
      OpenQuestion question = rarest(open);
      open.remove(question);
      questions.add(
          JsonFields.of("imgname", image)
              .and("query", question.text())
              .and("label", question.answer())
              .map());
    }
    tally = tally.with(QUESTIONS);
  }

  /** Returns the question of the rarest form, and of that form the one with the rarest answer. */
  private OpenQuestion rarest(List<OpenQuestion> open) {
    String form =
        balance.rarest(open.stream().map(OpenQuestion::form).distinct().toList(), one -> one);
    return balance.rarest(
        open.stream().filter(one -> one.form().equals(form)).toList(),
        one -> new Answered(one.form(), one.answer()));
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    questions.close();
  }
}
