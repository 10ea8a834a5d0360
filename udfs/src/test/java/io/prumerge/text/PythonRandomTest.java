package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonRandomTest {

  private static final int DRAWN = 2_000;

  /** Some of Python's first 2,000 choices; the generator computes new words after every 624. */
  private static final int[] PLACES = {0, 1, 2, 3, 623, 624, 1_999};

  @ParameterizedTest
  @CsvSource({
    "0, 2, 1 1 0 1 1 0 1",
    "0, 3, 1 1 0 1 0 1 1",
    "0, 1000, 864 394 776 911 795 170 550",
    "42, 1, 0 0 0 0 0 0 0",
    "42, 5, 0 0 2 1 3 1 0",
    "42, 1000, 654 114 25 759 885 166 807",
    "42, 2147483647, 1373158606 239081663 53710184 1592467581 1464727067 535861027 778862349",
    "-7, 1000, 331 970 154 404 346 567 514",
    "1099511627776, 1000, 106 361 686 67 26 540 476",
    "9223372036854775807, 1000, 324 672 646 135 137 687 830",
    "-9223372036854775808, 1000, 566 403 963 214 761 677 921",
  })
  void choicesArePythons(long seed, int n, String expected) {
    PythonRandom random = new PythonRandom(seed);
    int[] drawn = IntStream.range(0, DRAWN).map(i -> random.choice(n)).toArray();
    assertThat(
            IntStream.of(PLACES)
                .mapToObj(place -> Integer.toString(drawn[place]))
                .collect(Collectors.joining(" ")))
        .isEqualTo(expected);
  }

  @Test
  void anEmptyChoiceIsRefused() {
    assertThatThrownBy(() -> new PythonRandom(1).choice(0)).hasMessage("There is no choice of 0");
  }
}
