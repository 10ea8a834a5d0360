package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenScheduleTest {

  @Test
  void readsLayersAndTokens() {
    TokenSchedule schedule = TokenSchedule.parse("0:576,2:192,31:0");

    assertThat(schedule.runs(32))
        .containsExactly(new LayerRun(2, 576), new LayerRun(29, 192), new LayerRun(1, 0));
    assertThat(schedule.first()).isEqualTo(576);
    assertThat(schedule.least()).isZero();
    assertThat(schedule.isConstant()).isFalse();
    assertThat(schedule.total(32)).isEqualTo(2 * 576 + 29 * 192);
    assertThat(schedule.plus(40)).isEqualTo(TokenSchedule.parse("0:616,2:232,31:40"));
    assertThat(schedule).hasToString("0:576,2:192,31:0");
  }

  @Test
  void oneNumberIsASchedule() {
    assertThat(TokenSchedule.constant(7)).hasToString("7").isEqualTo(TokenSchedule.parse("0:7"));
    assertThat(TokenSchedule.parse("0:7,3:7").isConstant()).isTrue();
    assertThat(TokenSchedule.constant(7).runs(1)).containsExactly(new LayerRun(1, 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''        | must be layer:tokens, as in 0:576,2:192
          576       | must be layer:tokens
          0:        | must be layer:tokens
          0:1:2     | must be layer:tokens
          0:1,      | must be layer:tokens
          0:99999999999 | must be layer:tokens
          1:5       | must begin at layer 0
          0:5,2:3,2:1 | its layers must rise
          0:5,2:3,1:1 | its layers must rise
          0:-5      | negative
          """)
  void refusesOthers(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSchedule.parse(text))
        .withMessageContaining(reason);
  }

  @Test
  void refusesLayersThatAreNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSchedule.parse("0:5,32:1").runs(32))
        .withMessage(
            "Cannot use the schedule 0:5,32:1: it names layer 32 of a decoder with layers 0..31");
  }

  @Test
  void moreThanAnIntHoldsIsAnError() {
    TokenSchedule most = TokenSchedule.constant(Integer.MAX_VALUE);

    assertThat(most.total(1 << 20)).isEqualTo((1L << 20) * Integer.MAX_VALUE);
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> most.plus(1));
  }
}
