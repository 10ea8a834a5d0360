package io.prumerge.load.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.load.generate.LoadShare;
import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawnQuestionTest {

  /** Pictures a to e with 1 to 5 questions, and two texts. */
  private static List<DrawnQuestion.ExampleRow> rows() {
    List<DrawnQuestion.ExampleRow> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String image = String.valueOf((char) ('a' + i));
      rows.add(
          new DrawnQuestion.ExampleRow(
              image, false, IntStream.rangeClosed(0, i).mapToObj(q -> image + q).toList()));
    }
    rows.add(new DrawnQuestion.ExampleRow(null, false, List.of("t0")));
    rows.add(new DrawnQuestion.ExampleRow(null, false, List.of("t1")));
    return rows;
  }

  private static ChosenQuestions asked(
      QuestionsPerPicture perPicture, int limit, long seed, String share) {
    return new ChosenQuestions(
        perPicture,
        limit == 0 ? OptionalInt.empty() : OptionalInt.of(limit),
        OptionalInt.empty(),
        seed,
        LoadShare.parse(share));
  }

  private static List<String> ids(ChosenQuestions asked) {
    return DrawnQuestion.draw(rows(), asked).stream().map(DrawnQuestion::questionId).toList();
  }

  @Test
  void onePerPictureIsDrawnOfEach() {
    List<String> ids = ids(asked(QuestionsPerPicture.ONE, 0, 3, "1/1"));

    assertThat(ids).hasSize(7).doesNotHaveDuplicates().contains("t0", "t1", "a0");
    assertThat(ids.stream().map(id -> id.equals("t1") ? "u" : id.substring(0, 1)))
        .containsExactlyInAnyOrder("a", "b", "c", "d", "e", "t", "u");
  }

  @Test
  void theSeedDrawsWhichOne() {
    Set<List<String>> draws = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      draws.add(ids(asked(QuestionsPerPicture.ONE, 0, seed, "1/1")).stream().sorted().toList());
    }
    assertThat(draws).hasSizeGreaterThan(5);
  }

  @Test
  void allQuestionsAreAskedOnce() {
    assertThat(ids(asked(QuestionsPerPicture.ALL, 0, 3, "1/1")))
        .hasSize(17)
        .doesNotHaveDuplicates();
  }

  @Test
  void theOrderOfTheRowsDoesNotMatter() {
    ChosenQuestions asked = asked(QuestionsPerPicture.ONE, 4, 5, "1/1");
    List<DrawnQuestion.ExampleRow> shuffled = new ArrayList<>(rows());
    Collections.shuffle(shuffled, new Random(1));

    assertThat(DrawnQuestion.draw(shuffled, asked)).isEqualTo(DrawnQuestion.draw(rows(), asked));
    assertThat(DrawnQuestion.draw(rows(), asked)).hasSize(4);
  }

  @Test
  void sharesAddUpToTheWhole() {
    List<String> whole = ids(asked(QuestionsPerPicture.ALL, 10, 7, "1/1"));
    List<String> parts = new ArrayList<>();
    for (int part = 1; part <= 3; part++) {
      List<DrawnQuestion> own =
          DrawnQuestion.draw(rows(), asked(QuestionsPerPicture.ALL, 10, 7, part + "/3"));
      assertThat(own.stream().map(DrawnQuestion::number))
          .containsExactlyElementsOf(IntStream.range(0, own.size()).boxed().toList());
      own.forEach(one -> parts.add(one.questionId()));
    }
    assertThat(parts).containsExactlyInAnyOrderElementsOf(whole);
  }

  @Test
  void videosAreRefused() {
    List<DrawnQuestion.ExampleRow> rows = new ArrayList<>(rows());
    rows.add(new DrawnQuestion.ExampleRow("clip.mp4", true, List.of("v0")));

    assertThatThrownBy(() -> DrawnQuestion.draw(rows, asked(QuestionsPerPicture.ONE, 0, 0, "1/1")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("clip.mp4");
  }
}
