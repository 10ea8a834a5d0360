package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.ProcessorTime;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoneNumberTest {

  @ParameterizedTest
  @CsvSource({
    "3, 3",
    "'1,234.5', 1234.5",
    "'1,234,567', 1234567",
    "'1,234.', 1234",
    "'-1,234', -1234",
    "1_000, 1000",
    "it is 1_000, 1000",
    "1e5, 1e5",
    "1E-5 m, 1e-5",
    "1e\u22125, 1e-5",
    ".5, 0.5",
    "-.5, -0.5",
    "5., 5",
    "The answer is 5., 5",
    "3.50..., 3.5",
    "007, 7",
    "+5, 5",
    "5!, 5",
    "12 %, 12",
    "12%, 12",
    "$5, 5",
    "€ 5, 5",
    "5cm, 5",
    "5 m², 5", // the word m²
    "3rd, 3",
    "US$5, 5",
    "5m2, 5",
    "7 cm3, 7",
    "10x, 10",
    "H2O: 7, 7",
    "x_1 = 5, 5",
    "x₁ = 5, 5",
    "**5**, 5",
    "\\boxed{5}, 5",
    "\\text{Answer: }5, 5",
    "$-5$, -5",
    "(-5), -5",
    "Twelve (12) apples, 12",
    "答案是3, 3",
    "答案是－3。, -3",
    "\u0663, 3", // an Arabic digit
    "３, 3",
    "minus 3, -3",
    "It is Negative 3, -3",
    "Terminus 3, 3",
    "12345678901234567, 12345678901234567",
    "'9,007,199,254,740,993', 9007199254740993",
    "0.1000000000000000055, 0.1000000000000000055",
    "0e-999999999, 0",
    "5 thousand, 5000",
    "1.5 million dollars, 1500000",
    "-2-billion-year, -2e9",
    "3 hundred thousand, 300000",
    "$2k, 2000",
    "2km, 2",
    "5. Thousands of people, 5",
    "3千米, 3", // a kilometre
    "-USD 1000, -1000",
    "USD 1000, 1000",
    "minus EUR 1000, -1000",
    "($3), -3",
    "'(US$1,000.50).', -1000.50",
    "three dollars ($3), 3",
    "($5$), 5", // LaTeX's dollars
  })
  void numbersAreRead(String text, BigDecimal number) {
    assertReads(text, number);
  }

  private static void assertReads(String text, BigDecimal number) {
    assertThat(LoneNumber.read(text))
        .as(text)
        .hasValueSatisfying(read -> assertThat(read).isEqualByComparingTo(number));
  }

  @ParameterizedTest
  @ValueSource(
      chars = {
        '-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\ufe58',
        '\ufe63', '\uff0d', '\u207b', '\u2796', '\u02d7', '\u00ad'
      })
  void allDashesDirectlyBeforeANumberAreMinusSigns(char dash) {
    for (String form :
        new String[] {
          "-3", "x = -3", "x=-3", "(-3)", "-$3", "$-3", "-US$3", "-A$3", "is -3.0 °C"
        }) {
      assertReads(form.replace('-', dash), BigDecimal.valueOf(-3));
    }
    for (String form :
        new String[] {"5-10", "5 -10", "x-3", "f(x)-3", "- 3", "A - 3", "--3", "-"}) {
      assertThat(LoneNumber.read(form.replace('-', dash))).as(form).isEmpty();
    }
    assertReads("so" + dash + "so " + dash + " it is 3 " + dash + " or so", BigDecimal.valueOf(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "none",
        "7 or 8",
        "5 and 5",
        "1920x1080",
        "3x2",
        "0x10",
        "1h30",
        "5m30s",
        "\u00b1US$3",
        "5 5",
        "12.05.2020",
        "2020-05-12",
        "5/12",
        "1.2.3",
        "v2.0",
        "1.234.567",
        "1.234,5",
        "12,5",
        "0,123", // a decimal comma
        "1234,567",
        "1,23,456",
        "1,2345",
        "1 234",
        "1\u00a0234",
        "1\u202f234",
        "1'234",
        "12:30",
        "+49 170",
        "555-1234",
        "1/2",
        "x/2",
        "3 1/2",
        "½",
        "3½",
        "10²",
        "10⁻⁵",
        "10^5",
        "x^2",
        "2×10^5",
        "2π",
        "2 π",
        "∞, or 3",
        "√5",
        "±3",
        "± 3",
        "3±1",
        "+-3",
        "+/-3",
        "x+3",
        "-$ 3",
        "- -3",
        "..3",
        "5..10",
        "x.5",
        "1e999",
        "1e5.5",
        "1２,3",
        "1e-999",
        "1e-99999999999",
        "300K",
        "5M",
        "$2.5bn",
        "5 hundredths",
        "3 dozen",
        "In 2020 millions saw it",
        "3万",
        "5 million 200 thousand",
        "- USD 5",
        "($-3)",
        "RTX4090",
      })
  void whatIsNotPlainlyOneNumberIsNone(String text) {
    assertThat(LoneNumber.read(text)).isEmpty();
  }

  @Test
  void aFullWidthDigitGoesOnWithANumber() {
    assertReads("1２", BigDecimal.valueOf(12));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9",
        "1,",
        "1,234,",
        "a",
        "a1",
        "-",
        "$",
        " ",
        "- ",
        "_",
        "1_",
        ".",
        "1.",
        "minus ",
        "½",
        "π",
        "1e",
        "\u2212",
        "\ud800",
        "(",
        "($",
        "1 k",
        "THE ",
        "5 thousand "
      })
  void hostileTextsAreReadInTime(String part) {
    String text = part.repeat(ProcessorTime.LONG / part.length());
    ProcessorTime.requireLittle(() -> LoneNumber.read(text));
    ProcessorTime.requireLittle(() -> LoneNumber.read(text + "3"));
  }
}
