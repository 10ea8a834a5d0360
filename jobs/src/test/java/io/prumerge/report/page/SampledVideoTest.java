package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampledVideoTest {

  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "1, 0",
    "2, 0 1",
    "8, 0 1 2 3 4 5 6 7",
    "9, 0 1 2 3 5 6 7 8",
    "32, 0 4 9 13 18 22 27 31",
    "768, 0 110 219 329 438 548 657 767",
  })
  void spreadsOverTheFrames(int frames, String shown) {
    assertThat(SampledVideo.spread(frames).mapToObj(Integer::toString).toList())
        .isEqualTo(shown.isEmpty() ? List.of() : List.of(shown.split(" ")));
  }
}
