package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSamplerTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "7, 3", "8, 4", "5, 5", "100, 7"})
  void everyEpochHasEachRowOnceInAnOrderOfItsOwn(int rows, int batch) {
    BatchSampler order = new BatchSampler(new int[rows], batch, 1, 3);
    int steps = BatchSampler.steps(rows, batch);
    List<List<Integer>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> seen = new ArrayList<>();
      for (int step = epoch * steps; step < (epoch + 1) * steps; step++) {
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
    BatchSampler whole = new BatchSampler(new int[50], 4, 1, 8);
    for (int i = 0; i < step; i++) {
      whole.rows(i);
    }
    assertThat(new BatchSampler(new int[50], 4, 1, 8).rows(step)).isEqualTo(whole.rows(step));
    assertThat(new BatchSampler(new int[50], 4, 1, 9).rows(step)).isNotEqualTo(whole.rows(step));
  }

  @Test
  void rowsAboutOneImageFollowEachOther() {
    int[] images =
        IntStream.range(0, 60).map(row -> row % 6 == 0 ? BatchSampler.NO_IMAGE : row % 6).toArray();
    int[] order = new BatchSampler(images, 60, 4, 5).rows(0);
    assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, 60).toArray());
    List<Integer> runs = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      boolean goesOn =
          i > 0
              && images[order[i]] == images[order[i - 1]]
              && images[order[i]] != BatchSampler.NO_IMAGE;
      if (goesOn) {
        runs.set(runs.size() - 1, runs.get(runs.size() - 1) + 1);
      } else {
        runs.add(1);
      }
    }
    assertThat(runs.size()).as("10 alone, 5 images in groups of 4, 4 and 2").isBetween(20, 25);
    assertThat(runs).contains(4).allMatch(length -> length <= 10);
  }
}
