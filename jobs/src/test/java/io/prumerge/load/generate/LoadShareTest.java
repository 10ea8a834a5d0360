package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadShareTest {

  @Test
  void concurrenciesOfAllPartsAddUp() {
    for (int parts = 1; parts < 6; parts++) {
      for (int whole = parts; whole < 20; whole++) {
        int sum = 0;
        for (int part = 1; part <= parts; part++) {
          sum +=
              LoadPattern.closed(whole)
                  .part(new LoadShare(part, parts))
                  .concurrency()
                  .orElseThrow();
        }
        assertThat(sum).isEqualTo(whole);
      }
    }
  }

  @Test
  void ratesAreDivided() {
    assertThat(LoadPattern.open(2, 1, OptionalInt.empty()).part(LoadShare.parse("2/4")))
        .isEqualTo(LoadPattern.open(0.5, 1, OptionalInt.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "0/1", "2/1", "1/0", "a/b", "1/2/3", "-1/2", "1/99999"})
  void otherTextsAreNoPart(String text) {
    assertThatThrownBy(() -> LoadShare.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
