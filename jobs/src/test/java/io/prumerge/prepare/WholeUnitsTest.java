package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WholeUnitsTest {

  private static List<Integer> chosen(WholeUnits<Integer> images, long limit) {
    ChosenImages<Integer> first = images.first(limit);
    List<Integer> all = new ArrayList<>();
    for (int image = 0; image <= first.last().orElse(-1); image++) {
      all.add(image);
    }
    all.addAll(first.others());
    return all;
  }

  /** Images 0 and 3 are a unit, 1 and 2 are one, 4 is alone. */
  @ParameterizedTest
  @CsvSource({"0, ''", "1, '0 3'", "2, '0 3'", "3, '0 1 2 3'", "4, '0 1 2 3'", "5, '0 1 2 3 4'"})
  void unitsAreChosenWhole(long limit, String expected) {
    WholeUnits<Integer> images = new WholeUnits<>();
    images.add(0, 1, List.of("a"));
    images.add(1, 1, List.of("b"));
    images.add(2, 1, List.of("b"));
    images.add(3, 1, List.of("a"));
    images.add(4, 1, List.of());

    assertThat(chosen(images, limit))
        .isEqualTo(
            expected.isEmpty()
                ? List.of()
                : List.of(expected.split(" ")).stream().map(Integer::valueOf).toList());
  }

  /** Pairs over pictures, and pictures: what hangs together by both is chosen together. */
  @Test
  void unitsOfSeveralKindsJoinOnAndOn() {
    WholeUnits<Integer> images = new WholeUnits<>();
    images.add(0, 2, List.of("pair\t1\npicture\tx", "pair\t2\npicture\tx"));
    images.add(1, 1, List.of("pair\t9\npicture\ty"));
    images.add(2, 2, List.of("pair\t2\npicture\tz", "pair\t3\npicture\tz"));
    images.add(3, 1, List.of("pair\t3\npicture\tw"));

    assertThat(images.first(1)).isEqualTo(new ChosenImages<>(Optional.of(0), List.of(2, 3)));
    assertThat(chosen(images, 6)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void whatHangsTogetherWithoutEndIsCut() {
    WholeUnits<Integer> images = new WholeUnits<>();
    images.add(0, 1, List.of("small"));
    for (int image = 1; image <= 101; image++) {
      images.add(image, 1, List.of("large"));
    }
    images.add(102, 1, List.of("small"));

    assertThat(chosen(images, 4)).containsExactly(0, 1, 2, 102);
    assertThat(chosen(images, 101)).as("so many may be asked").hasSize(103);
  }
}
