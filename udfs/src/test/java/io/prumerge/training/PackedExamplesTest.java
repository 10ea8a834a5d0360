package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.reduction.Stage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PackedExamplesTest {

  private static final int IMAGE = 99;

  private static TrainingExample example(ReducedImage image, int[] ids, int... answers) {
    boolean[] marks = new boolean[ids.length];
    for (int at : answers) {
      marks[at] = true;
    }
    return new TrainingExample(Optional.ofNullable(image), ids, marks);
  }

  private static ReducedImage image(int rows, float first) {
    float[] values = new float[rows * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    return new ReducedImage(Stage.BEFORE_CONNECTOR, rows, 2, values);
  }

  @Test
  void putsSequencesBehindEachOtherAndImagesBehindAllText() {
    PackedExamples packed =
        PackedExamples.of(
            List.of(
                example(image(2, 0), new int[] {5, IMAGE, 6, 7}, 2, 3),
                example(null, new int[] {8, 9}, 1),
                example(image(1, 10), new int[] {IMAGE, 4}, 1)),
            IMAGE);
    assertThat(packed.rows()).containsExactly(5, 2, 2);
    assertThat(packed.lists())
        .containsExactly(
            new int[] {5, 6, 7, 8, 9, 4},
            new int[] {0, 6, 7, 1, 2, 3, 4, 8, 5},
            new int[] {0, 1, 2, 3, 4, 0, 1, 0, 1},
            new int[] {2, 3, 5, 7},
            new int[] {6, 7, 9, 4},
            new int[] {1, 2, 7},
            new int[0],
            new int[0],
            new int[0]);
    assertThat(packed.tokens()).containsExactly(0, 1, 2, 3, 10, 11);
    assertThat(packed.visualRows()).isEqualTo(3);
  }

  @Test
  void questionsAboutOneImageShareWhatStandsBeforeThem() {
    ReducedImage image = image(2, 0);
    List<TrainingExample> examples =
        List.of(
            example(image, new int[] {5, IMAGE, 6, 7}, 3),
            example(image, new int[] {5, IMAGE, 8}, 2),
            example(image, new int[] {4, IMAGE, 8}, 2),
            example(image(2, 0), new int[] {4, IMAGE, 8}, 2));
    assertThat(PackedExamples.common(examples.get(0), examples.get(1), IMAGE)).isEqualTo(3);
    PackedExamples packed = PackedExamples.of(examples, IMAGE);
    assertThat(packed.rows()).containsExactly(6, 4, 4);
    assertThat(packed.lists())
        .containsExactly(
            new int[] {5, 6, 7, 8, 4, 8, 4, 8},
            new int[] {0, 8, 9, 1, 2, 3, 4, 10, 11, 5, 6, 12, 13, 7},
            new int[] {0, 1, 2, 3, 4, 3, 0, 1, 2, 3, 0, 1, 2, 3},
            new int[] {3, 2, 8, 12},
            new int[] {7, 8, 8, 8},
            new int[] {1, 2, 7, 8, 11, 12},
            new int[] {-1, -1, -1, 0, 0, 1},
            new int[0],
            new int[0]);
    assertThat(packed.images()).hasSize(3);
  }

  @Test
  void tokensAndTextKeepTheirPositions() {
    ReducedImage image =
        new ReducedImage(Stage.BEFORE_CONNECTOR, 2, 1, new float[2], new int[] {7, 3}, 9);
    TrainingExample one = example(image, new int[] {5, IMAGE, 6, 7}, 3);
    PackedExamples packed =
        PackedExamples.of(List.of(one, example(image, new int[] {5, IMAGE, 8}, 2)), IMAGE);
    assertThat(packed.lists().get(PackedExamples.POSITIONS)).containsExactly(0, 8, 4, 10, 11, 10);
    assertThat(packed.rows()).containsExactly(6);
    assertThat(one.length()).isEqualTo(5);
    assertThat(one.positions()).isEqualTo(12);
    assertThatThrownBy(
            () -> new ReducedImage(Stage.BEFORE_CONNECTOR, 2, 1, new float[2], new int[1], 9))
        .hasMessageContaining("2 tokens at 1 positions");
  }

  @Test
  void whatIsLearnedBeforeTheImageIsNotShared() {
    ReducedImage image = image(1, 0);
    TrainingExample one = example(image, new int[] {5, 6, IMAGE, 8}, 1);
    assertThat(PackedExamples.common(one, one, IMAGE)).isZero();
    TrainingExample shorter = example(image, new int[] {5, IMAGE});
    assertThat(PackedExamples.common(one, shorter, IMAGE)).isZero();
    assertThat(PackedExamples.common(shorter, shorter, IMAGE)).isEqualTo(2);
    TrainingExample text = example(null, new int[] {5});
    assertThat(PackedExamples.common(text, one, IMAGE)).isZero();
    assertThat(PackedExamples.common(one, text, IMAGE)).isZero();
  }

  @Test
  void textAloneHasNoVisualRows() {
    PackedExamples packed = PackedExamples.of(List.of(example(null, new int[] {3})), IMAGE);
    assertThat(packed.rows()).containsExactly(1);
    assertThat(packed.tokens()).isEmpty();
    assertThat(packed.lists().get(PackedExamples.VISUAL)).isEmpty();
  }

  @Test
  void anExampleCountsItsPositionsAndAnswers() {
    TrainingExample one = example(image(3, 0), new int[] {5, IMAGE, 6, 7}, 2, 3);
    assertThat(one.length()).isEqualTo(6);
    assertThat(one.answerTokens()).isEqualTo(2);
    assertThatThrownBy(() -> example(null, new int[] {1, 2}, 0))
        .hasMessageContaining("nothing stands before");
    assertThatThrownBy(() -> example(null, new int[0])).hasMessageContaining("0 ids");
    assertThatThrownBy(() -> new ReducedImage(Stage.BEFORE_CONNECTOR, 2, 3, new float[5]))
        .hasMessageContaining("5 values as 2 tokens of width 3");
  }
}
