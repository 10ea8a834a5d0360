package io.prumerge.reduction.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuartilesTest {

  @Test
  void interpolateBetweenOrderStatistics() {
    float[] scores = {8, 1, 7, 2, 6, 3, 5, 4};
    Quartiles quartiles = Quartiles.of(scores);

    assertThat(quartiles).isEqualTo(new Quartiles(2.75f, 6.25f));
    assertThat(quartiles.fence()).isEqualTo(11.5f);
    assertThat(scores).as("is left in its order").containsExactly(8, 1, 7, 2, 6, 3, 5, 4);
  }

  @Test
  void ofTheDesignsTwelveScores() {
    Quartiles quartiles =
        Quartiles.of(
            new float[] {
              0.01f, 0.02f, 0.01f, 0.30f, 0.02f, 0.03f, 0.02f, 0.01f, 0.25f, 0.02f, 0.03f, 0.02f
            });

    assertThat(quartiles.first()).isEqualTo(0.0175f);
    assertThat(quartiles.third()).isEqualTo(0.03f);
    assertThat(quartiles.fence()).isEqualTo(0.04875f);
  }

  @Test
  void ofASinglePatchAreItsScore() {
    assertThat(Quartiles.of(new float[] {0.3f}).fence()).isEqualTo(0.3f);
  }
}
