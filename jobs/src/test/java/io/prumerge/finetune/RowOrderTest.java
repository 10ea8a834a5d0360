package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowOrderTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "7, 3", "8, 4", "5, 5", "100, 7"})
  void everyEpochHasEachRowOnceInAnOrderOfItsOwn(int rows, int batch) {
    RowOrder order = new RowOrder(rows, batch, 3);
    int steps = RowOrder.steps(rows, batch);
    List<List<Integer>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> seen = new ArrayList<>();
      for (int step = epoch * steps; step < (epoch + 1) * steps; step++) {
        assertThat(order.epoch(step)).isEqualTo(epoch);
        int[] some = order.rows(step);
        assertThat(some).hasSizeBetween(1, batch);
        IntStream.of(some).forEach(seen::add);
      }
      assertThat(seen)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
      epochs.add(seen);
    }
    if (rows > 6) {
      assertThat(epochs).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "9", "30"})
  void aStepCanBeLookedUpByItself(int step) {
    RowOrder whole = new RowOrder(50, 4, 8);
    for (int i = 0; i < step; i++) {
      whole.rows(i);
    }
    assertThat(new RowOrder(50, 4, 8).rows(step)).isEqualTo(whole.rows(step));
    assertThat(new RowOrder(50, 4, 9).rows(step)).isNotEqualTo(whole.rows(step));
  }
}
