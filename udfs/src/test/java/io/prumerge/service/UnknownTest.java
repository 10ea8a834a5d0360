package io.prumerge.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownTest {

  private static final List<String> KNOWN =
      List.of("fastv", "prumerge", "prumerge+", "pope", "a100-40gb", "a100-80gb-sxm");

  enum Sample {
    AUTO,
    TWO_WORDS
  }

  @Test
  void suggestsNamesWithFewMistakesTheNearestFirst() {
    assertThat(Unknown.near("prumege", KNOWN)).containsExactly("prumerge", "prumerge+");
    assertThat(Unknown.near("PruMerge+", KNOWN)).containsExactly("prumerge+", "prumerge");
    assertThat(Unknown.near("fatsv", KNOWN)).as("swapped").containsExactly("fastv");
    assertThat(Unknown.near("pop", KNOWN)).containsExactly("pope");
    assertThat(Unknown.near("uniform", KNOWN)).isEmpty();
    assertThat(Unknown.near("", KNOWN)).isEmpty();
  }

  @Test
  void suggestsNamesThatBeginSo() {
    assertThat(Unknown.near("a100", KNOWN)).containsExactly("a100-40gb", "a100-80gb-sxm");
    assertThat(Unknown.near("a1", KNOWN)).as("too short").isEmpty();
  }

  @Test
  void saysWhatIsKnown() {
    assertThat(Unknown.message("method", "fastvv", List.of("fastv", "none")))
        .isEqualTo("Unknown method 'fastvv'; known: fastv, none; did you mean fastv?");
    assertThat(Unknown.message("key", "k", List.of())).isEqualTo("Unknown key 'k'; known: (none)");
  }

  @Test
  void spellsConstantsAsValues() {
    assertThat(Unknown.choice(Sample.class, "value", "Two-Words")).isEqualTo(Sample.TWO_WORDS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unknown.choice(Sample.class, "value", "aut"))
        .withMessage("Unknown value 'aut'; known: auto, two-words; did you mean auto?");
  }
}
