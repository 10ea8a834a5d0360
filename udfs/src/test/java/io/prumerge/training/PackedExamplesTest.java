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
            new int[] {1, 2, 7});
    assertThat(packed.tokens()).containsExactly(0, 1, 2, 3, 10, 11);
    assertThat(packed.visualRows()).isEqualTo(3);
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
