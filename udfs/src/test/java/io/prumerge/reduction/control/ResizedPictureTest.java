package io.prumerge.reduction.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.TokenShare;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizedPictureTest {

  private static TokenReducer reducer(String spec) {
    return TokenReducers.of(MethodSpec.parseKnown(spec));
  }

  @Test
  void asksForALimitOfThePicture() {
    assertThat(reducer("resize:tokens=64").picture()).contains(new PictureLimit.Tokens(64));
    assertThat(reducer("resize:tokens=33.30%").picture())
        .contains(new PictureLimit.Share(new TokenShare(new BigDecimal("33.3"))));
    assertThat(reducer("resize:tiles=4").picture()).contains(new PictureLimit.Tiles(4));
    assertThat(reducer("none").picture()).isEmpty();
    assertThat(reducer("random:tokens=@resize:tokens=64").picture())
        .as("it sees the whole picture")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "resize:tokens=064, resize:tokens=64",
    "resize:tokens=50.0%, resize:tokens=50%",
    "resize:tokens=@mean:64, resize:tokens=64",
    "resize:tiles=04, resize:tiles=4",
    "random:tokens=@resize:tokens=050%, random:tokens=@resize:tokens=50%",
    "random:tokens=@resize:tiles=2, random:tokens=@resize:tiles=2",
  })
  void hasOneSpelling(String written, String canonical) {
    TokenReducer reducer = reducer(written);
    assertThat(reducer.spec()).hasToString(canonical);
    assertThat(reducer(reducer.spec().toString()).spec()).isEqualTo(reducer.spec());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resize | give tokens=N or tokens=P% for a model that sees pictures at their own size,"
            + " tiles=N",
        "resize:tokens=9,tiles=2 | give tokens=N or tokens=P%",
        "resize:tokens=0 | tokens must be a whole number",
        "resize:tokens=@mean:0 | tokens must be a whole number",
        "resize:tokens=120% | tokens must be a share such as 33.3%",
        "resize:tiles=50% | tiles must be a whole number",
        "resize:tokens=@fastervlm:tokens=9 | tokens must be a number or a share, as the picture is"
            + " made smaller before the tower",
        "resize:flops=@none | Unknown key 'flops' of method 'resize'; known: tokens, tiles",
        "resize:positions=kept,tokens=9 | Unknown key 'positions' of method 'resize'",
        "resize:tokens=64..fastv:layer=2,tokens=9 | resize makes the picture smaller, and stands"
            + " alone for now; give it without the second",
        "divprune:tokens=9..resize:tokens=9 | resize does not only drop tokens inside the decoder",
      })
  void refusesOtherSpecs(String spec, String why) {
    assertThatIllegalArgumentException().isThrownBy(() -> reducer(spec)).withMessageContaining(why);
  }
}
