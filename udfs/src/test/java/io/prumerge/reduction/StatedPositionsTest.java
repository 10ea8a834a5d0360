package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.prumerge.reduction.run.ForwardedPatches;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatedPositionsTest {

  private static final ArrayPatchTokens PATCHES =
      ArrayPatchTokens.scored(0.1f, 0.9f, 0.1f, 0.2f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f);

  private static TokenReducer of(String spec) {
    return TokenReducers.of(MethodSpec.parse(spec));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"prumerge", "uniform:tokens=4", "uniform:tokens=@prumerge", "first:tokens=2"})
  void isTheMethodAtOtherPositions(String spec) {
    TokenReducer packed = of(spec);
    String more = spec.contains(":") ? "," : ":";
    TokenReducer kept = of(spec + more + "positions=kept");

    assertThat(packed.positions()).isEqualTo(CutPositions.PACKED);
    assertThat(kept.positions()).isEqualTo(CutPositions.KEPT);
    assertThat(kept.on(PATCHES).positions()).isEqualTo(CutPositions.KEPT);
    assertThat(kept.tokens(PATCHES)).isEqualTo(packed.tokens(PATCHES));
    assertThat(kept.needs()).isEqualTo(packed.needs());
    assertThat(kept.sees()).isEqualTo(packed.sees());
    assertThat(kept.perQuestion()).isEqualTo(packed.perQuestion());
  }

  @Test
  void packedIsSaidToo() {
    TokenReducer packed = of("uniform:positions=packed,tokens=@first:tokens=3").on(PATCHES);
    assertThat(packed.spec()).hasToString("uniform:positions=packed,tokens=3");
    assertThat(packed.positions()).isEqualTo(CutPositions.PACKED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "first:positions=packed,tokens=2",
        "uniform:positions=packed,tokens=@prumerge",
        "first:positions=packed,tokens=2..vtw:layer=1",
        "uniform:positions=packed,tokens=@mean:2..fastv:layer=1,tokens=1"
      })
  void rowsAndColumnsDoNotCloseUp(String method) {
    PatchTokens inParts =
        new ForwardedPatches() {
          @Override
          public PatchTokens image() {
            return PATCHES;
          }

          @Override
          public boolean positionsHaveParts() {
            return true;
          }
        };
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> of(method).on(inParts))
        .withMessageStartingWith("Cannot close up positions");
    assertThat(of("first:tokens=2").on(inParts)).isNotNull();
  }

  @Test
  void aBudgetChoosesASizeWhosePositionsAreKept() {
    TokenReducer sized = of("uniform:positions=kept,tokens=@first:tokens=3").on(PATCHES);
    assertThat(sized.spec()).hasToString("uniform:positions=kept,tokens=3");
  }

  @Test
  void anotherMethodsBudgetMayNotLookAtAThird() {
    assertThat(catchThrowable(() -> of("first:tokens=@uniform:positions=kept,tokens=@prumerge")))
        .hasMessageContaining("does not look at another one itself");
  }

  @Test
  void learnedPositionsHaveNoGaps() {
    PatchTokens learned =
        new ForwardedPatches() {
          @Override
          public PatchTokens image() {
            return PATCHES;
          }

          @Override
          public boolean learnedPositions() {
            return true;
          }
        };
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> of("first:positions=kept,tokens=2").on(learned))
        .withMessageStartingWith("Cannot keep positions");
    assertThat(of("first:tokens=2").on(learned)).isNotNull();
  }
}
