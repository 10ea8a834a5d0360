package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that drop visual tokens inside the decoder. */
class DecoderCutsTest {

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fastv                        | fastv",
        "fastv:layer=3,ratio=0.5      | fastv",
        "fastv:ratio=0.250,layer=2    | fastv:layer=2,ratio=0.25",
        "fastv:tokens=144             | fastv:tokens=144",
        "vtw                          | vtw",
        "vtw:layer=16                 | vtw",
        "vtw:layer=15                 | vtw:layer=15"
      })
  void specsAreCanonical(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
    assertThat(reducer(canonical).cuts()).isEqualTo(reducer(text).cuts());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fastv:ratio=0.5,tokens=3", "fastv:layer=0", "fastv:ratio=2", "vtw:tokens=3"})
  void whatContradictsItselfIsRefused(String text) {
    assertThatThrownBy(() -> MethodSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Python's round(n * ratio), which rounds halves to even. */
  @ParameterizedTest
  @CsvSource({"576, 0.5, 288", "5, 0.5, 2", "7, 0.5, 4", "576, 0.0001, 1", "576, 1, 576"})
  void fastVRoundsItsShareHalfToEven(int tokens, double ratio, int kept) {
    assertThat(reducer("fastv:ratio=" + ratio).cuts().get(0).count(tokens)).isEqualTo(kept);
  }

  @Test
  void fastVKeepsTheMostAttendedInTheirOrderAndTheLowerOfEqualOnes() {
    LayerCut cut = reducer("fastv:layer=2,tokens=3").cuts().get(0);
    Evidence attention = new Evidence.LastRowAttention(1);
    assertThat(cut.layer()).isEqualTo(2);
    assertThat(cut.sees()).containsExactly(attention);
    assertThat(cut.positions()).isEqualTo(LayerCut.Positions.KEPT);
    float[] scores = {0.1f, 0.3f, 0.2f, 0.05f, 0.3f, 0.2f};
    assertThat(cut.keep(new SeenTokens(6, Map.of(attention, scores)))).containsExactly(1, 2, 4);
  }

  @Test
  void vtwLooksAtNothingAndKeepsNothing() {
    LayerCut cut = reducer("vtw:layer=1").cuts().get(0);
    assertThat(cut.sees()).isEmpty();
    assertThat(cut.keep(new SeenTokens(576, Map.of()))).isEmpty();
    assertThat(cut.count(576)).isZero();
  }

  @Test
  void moreTokensThanThereAreCannotBeKept() {
    TokenReducer reducer = reducer("fastv:tokens=10");
    ArrayPatchTokens nine =
        new ArrayPatchTokens(new float[9][1], new float[9][1], new float[9], new byte[32]);
    assertThatThrownBy(() -> reducer.reduce(nine))
        .isInstanceOf(ReductionException.class)
        .hasMessage("Cannot keep 10 tokens: the image has 9; give tokens=9 or fewer");
  }

  @Test
  void cutsThatADecoderCannotMakeAreRefused() {
    LayerCut third = reducer("fastv").cuts().get(0);
    LayerCut second = reducer("vtw:layer=2").cuts().get(0);
    LayerCut.check(List.of(second), 3);
    for (List<LayerCut> cuts : List.of(List.of(second, second), List.of(third, second))) {
      assertThatThrownBy(() -> LayerCut.check(cuts, 4))
          .isInstanceOf(ReductionException.class)
          .hasMessageContaining("before layer 2: the decoder has layers 0 to 3");
    }
    assertThatThrownBy(() -> LayerCut.check(List.of(third), 3))
        .hasMessageContaining("before layer 3: the decoder has layers 0 to 2");
    assertThatThrownBy(
            () -> LayerCut.check(List.of(second, reducer("fastv:layer=3").cuts().get(0)), 2))
        .isInstanceOf(ReductionException.class);
    // Evidence of layer 1, where other tokens were there than behind the cut before layer 2.
    LayerCut early =
        new LayerCut() {
          @Override
          public int layer() {
            return 3;
          }

          @Override
          public Positions positions() {
            return Positions.KEPT;
          }

          @Override
          public List<Evidence> sees() {
            return List.of(new Evidence.Keys(1));
          }

          @Override
          public int count(int tokens) {
            return tokens;
          }

          @Override
          public int[] keep(SeenTokens seen) {
            return new int[0];
          }
        };
    assertThatThrownBy(() -> LayerCut.check(List.of(second, early), 8))
        .hasMessageContaining(
            "Keys[layer=1] for the cut before layer 3: its layer must be from 2 to 2");
  }
}
