package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ValuesTest {

  @Test
  void roundsToDigitsThatCount() {
    assertThat(Values.rounded(OptionalDouble.of(0))).isEqualTo("0.00");
    assertThat(Values.rounded(OptionalDouble.of(0.012345))).isEqualTo("0.0123");
    assertThat(Values.rounded(OptionalDouble.of(1.2345))).isEqualTo("1.23");
    assertThat(Values.rounded(OptionalDouble.of(12.345))).isEqualTo("12.3");
    assertThat(Values.rounded(OptionalDouble.of(123456))).isEqualTo("123,456");
    assertThat(Values.rounded(OptionalDouble.empty())).isEqualTo("–");
  }

  @Test
  void signsDifferences() {
    assertThat(Values.signed(-7.14, 1)).isEqualTo("−7.1");
    assertThat(Values.signed(0.5, 1)).isEqualTo("+0.5");
    assertThat(Values.signed(-0.04, 1)).isEqualTo("0.0");
    assertThat(Values.signed(0, 0)).isEqualTo("0");
  }

  @Test
  void negativeNumbersHaveTheMinusOfDifferences() {
    assertThat(Values.fixed(OptionalDouble.of(-30.44), 1)).isEqualTo("−30.4");
    assertThat(Values.fixed(OptionalDouble.of(-1234), 0)).isEqualTo("−1,234");
    assertThat(Values.fixed(OptionalDouble.of(-0.04), 1)).isEqualTo("0.0");
    assertThat(Values.fixed(OptionalDouble.of(30.44), 1)).isEqualTo("30.4");
    assertThat(Values.rounded(OptionalDouble.of(-1.2345))).isEqualTo("−1.23");
  }

  @Test
  void anIntervalsDashIsNoMinus() {
    assertThat(Values.range(OptionalDouble.of(1), OptionalDouble.of(2), 1)).isEqualTo("1.0–2.0");
    assertThat(Values.range(OptionalDouble.of(-1), OptionalDouble.of(2), 0)).isEqualTo("−1 to 2");
    assertThat(Values.range(OptionalDouble.empty(), OptionalDouble.of(2), 0)).isEmpty();
  }

  @Test
  void hasNoShareOfNothing() {
    assertThat(Values.share(OptionalDouble.of(1), OptionalDouble.of(0))).isEmpty();
    assertThat(Values.share(OptionalDouble.of(1), OptionalDouble.of(4))).hasValue(25);
  }
}
