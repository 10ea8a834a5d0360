package io.prumerge.mini.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.mini.Annotators;
import io.prumerge.mini.scene.SceneRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionPartsTest {

  private static final ChoiceQuestion QUESTION =
      new ChoiceQuestion(
          Topic.COLOR,
          "Look.",
          "What color is the star?",
          "red",
          List.of("blue", "green", "black"));

  @Test
  void posesAChoiceWithTheAnswerWhereItIsWanted() {
    PosedChoice posed = QUESTION.posed(3, 1);

    assertThat(posed.options()).containsExactly("blue", "red", "green");
    assertThat(posed.letter()).isEqualTo("B");
    assertThat(Prompts.letterAnswer(Prompts.cqm(posed)))
        .isEqualTo(
            "Context: Look.\nWhat color is the star?\nA. blue\nB. red\nC. green\n"
                + "Answer with the option's letter from the given choices directly.");
    assertThat(Prompts.mmBench(posed))
        .isEqualTo("Look.\nWhat color is the star?\nA. blue\nB. red\nC. green");
  }

  @Test
  void rotationsMoveTheAnswerThroughAllLetters() {
    PosedChoice posed = QUESTION.posed(4, 2);

    assertThat(List.of(0, 1, 2, 3))
        .extracting(places -> posed.rotated(places).letter())
        .containsExactly("C", "B", "A", "D");
    assertThat(posed.rotated(4)).isEqualTo(posed);
    assertThat(posed.rotated(1).options()).containsExactly("green", "red", "black", "blue");
  }

  @Test
  void refusesOptionsThatAreTheSame() {
    assertThatThrownBy(
            () -> new ChoiceQuestion(Topic.COLOR, "", "What?", "red", List.of("blue", "red")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not different ones");
    assertThatThrownBy(() -> new YesNoPair("f", "is", "Is it?", "Is it?"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesOcrPromptsInSentenceCase() {
    assertThat(Prompts.withOcr("what does the SIGN say?", List.of("STOP", "5")))
        .isEqualTo(
            "What does the sign say?\nReference OCR token: STOP, 5\n"
                + "Answer the question using a single word or phrase.");
    assertThat(Prompts.withOcr("What?", List.of()))
        .isEqualTo(
            "What?\nReference OCR token: \nAnswer the question using a single word or phrase.");
  }

  @Test
  void theRarestComesNext() {
    Balance balance = new Balance();
    List<String> drawn = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      drawn.add(balance.rarest(List.of("a", "b", "c"), one -> one));
    }

    assertThat(drawn).containsExactly("a", "b", "c", "a", "b");
    assertThat(balance.rarest(List.of("a", "d"), one -> one)).isEqualTo("d");
  }

  @Test
  void aMisreadingIsAnotherWordOfTheSameLength() {
    SceneRandom random = new SceneRandom(1);
    for (String word : List.of("A", "0", "STOP", "XYZ", "77", "JKLS")) {
      for (int i = 0; i < 50; i++) {
        assertThat(Misreading.of(word, random))
            .isNotEqualTo(word)
            .hasSameSizeAs(word)
            .matches(word.matches("\\d+") ? "\\d+" : "[A-Z]+");
      }
    }
  }

  @Test
  void tenPeopleGiveFullMarksToTheTruth() {
    SceneRandom random = new SceneRandom(2);
    for (int i = 0; i < 500; i++) {
      assertThat(Annotators.answers("red", List.of("pink", "not sure"), random))
          .hasSize(10)
          .filteredOn("red"::equals)
          .hasSizeGreaterThanOrEqualTo(7);
    }
  }
}
