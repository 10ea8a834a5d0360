package io.prumerge.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainNumberTest {

  /** Java's parsers take all of these but the last five as doubles, or as whole numbers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x1p3",
        "٣٢",
        "1d",
        "1f",
        "NaN",
        "Infinity",
        "-Infinity",
        " 1",
        "1 ",
        "1\n",
        "१",
        "１",
        "",
        "+",
        ".",
        "1,5",
        "1e"
      })
  void refusesWhatNobodyWritesAsANumber(String text) {
    assertThatThrownBy(() -> PlainNumber.decimal(text))
        .isInstanceOf(NumberFormatException.class)
        .hasMessage("'" + text + "' is not a number");
    assertThatThrownBy(() -> PlainNumber.integer(text))
        .isInstanceOf(NumberFormatException.class)
        .hasMessage("'" + text + "' is not a whole number");
    assertThatThrownBy(() -> PlainNumber.whole(text)).isInstanceOf(NumberFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "-2147483649", "9223372036854775808"})
  void refusesWholeNumbersThatDoNotFit(String text) {
    assertThatThrownBy(() -> PlainNumber.integer(text))
        .isInstanceOf(NumberFormatException.class)
        .hasMessage(text + " must lie in -2147483648..2147483647");
  }

  @Test
  void readsWhatJavaPrintsAndTheUsualForms() {
    assertThat(PlainNumber.decimal("+07")).isEqualTo(7);
    assertThat(PlainNumber.decimal(".125")).isEqualTo(0.125);
    assertThat(PlainNumber.decimal("1.")).isEqualTo(1);
    assertThat(PlainNumber.decimal("1e-1")).isEqualTo(0.1);
    assertThat(PlainNumber.decimal("1e309")).isInfinite();
    assertThat(PlainNumber.integer("+07")).isEqualTo(7);
    Random random = new Random(3);
    for (int round = 0; round < 1_000; round++) {
      double number = random.nextGaussian() * Math.pow(10, random.nextInt(80) - 40);
      assertThat(PlainNumber.decimal(Double.toString(number))).isEqualTo(number);
      int integer = random.nextInt();
      assertThat(PlainNumber.integer(Integer.toString(integer))).isEqualTo(integer);
      long whole = random.nextLong();
      assertThat(PlainNumber.whole(Long.toString(whole))).isEqualTo(whole);
    }
  }
}
