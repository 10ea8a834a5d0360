package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.ProcessorTime;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against latex2sympy2 1.9.1 with sympy 1.14, whose prints Python 3.11 evaluates. */
class LatexNumberTest {

  /** A text with the value that it says. */
  private record Expression(String text, double value) {}

  private static String rounded(String text) {
    return LatexNumber.read(text)
        .map(value -> PythonArithmetic.text(PythonArithmetic.round(value, 2)))
        .orElse(null);
  }

  @Test
  void readsWhatLatex2sympyReads() throws IOException {
    int read = 0;
    try (InputStream in =
        getClass().getResourceAsStream("/goldens/rules/mathvision_numbers.json")) {
      for (JsonNode one : new ObjectMapper().readTree(in)) {
        read++;
        String text = one.get(0).textValue();
        assertThat(rounded(text)).as(text).isEqualTo(one.get(1).textValue());
      }
    }
    assertThat(read).isEqualTo(680);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\sin(30)", "\\log2", "\\binom{5}{2}", "\\lfloor2.5\\rfloor", "e^2", "5<6"})
  void functionsAndRelationsAreNoNumbersHere(String text) {
    assertThat(LatexNumber.read(text)).isEmpty();
  }

  @Test
  void readsRandomExpressions() {
    Random random = new Random(11);
    int finite = 0;
    for (int i = 0; i < 5_000; i++) {
      Expression expression = sum(random, 3);
      Optional<Number> value = LatexNumber.read(expression.text());
      if (Double.isFinite(expression.value())) {
        finite++;
        assertThat(value).as(expression.text()).isPresent();
        assertThat(value.get().doubleValue())
            .as(expression.text())
            .isCloseTo(expression.value(), within(1e-9 * Math.abs(expression.value()) + 1e-9));
      } else {
        assertThat(value).as(expression.text()).isEmpty();
      }
    }
    assertThat(finite).isGreaterThan(4_000);
  }

  private static Expression sum(Random random, int depth) {
    Expression sum = product(random, depth);
    for (int terms = random.nextInt(2); terms > 0; terms--) {
      Expression other = product(random, depth);
      sum =
          random.nextBoolean()
              ? new Expression(sum.text + "+" + other.text, sum.value + other.value)
              : new Expression(sum.text + " - " + other.text, sum.value - other.value);
    }
    return sum;
  }

  private static Expression product(Random random, int depth) {
    Expression product = factors(random, depth);
    for (int terms = random.nextInt(2); terms > 0; terms--) {
      Expression other = factors(random, depth);
      String times = new String[] {"*", "\\cdot ", "\\times"}[random.nextInt(3)];
      String over = new String[] {"/", ":", "\\div"}[random.nextInt(3)];
      product =
          random.nextBoolean()
              ? new Expression(product.text + times + other.text, product.value * other.value)
              : new Expression(product.text + over + other.text, product.value / other.value);
      if (!Double.isFinite(product.value)) { // a sum would hide what is refused here
        return new Expression(product.text, Double.NaN);
      }
    }
    return product;
  }

  private static Expression factors(Random random, int depth) {
    Expression first = factor(random, depth);
    if (depth == 0 || random.nextInt(3) > 0) {
      return random.nextInt(5) == 0 ? new Expression("-" + first.text, -first.value) : first;
    }
    Expression other = sum(random, depth - 1);
    return new Expression(first.text + "(" + other.text + ")", first.value * other.value);
  }

  private static Expression factor(Random random, int depth) {
    int whole = 1 + random.nextInt(20);
    if (depth == 0) {
      return switch (random.nextInt(4)) {
        case 0 -> new Expression("\\pi", Math.PI);
        case 1 -> new Expression(whole + ".25", whole + 0.25);
        case 2 -> new Expression(whole + ",000", whole * 1_000.0);
        default -> new Expression(String.valueOf(whole), whole);
      };
    }
    Expression inner = sum(random, depth - 1);
    return switch (random.nextInt(6)) {
      case 0 -> new Expression("{" + inner.text + "}", inner.value);
      case 1 -> new Expression("[" + inner.text + "]", inner.value);
      case 2 -> new Expression("\\sqrt{(" + inner.text + ")^{2}}", Math.abs(inner.value));
      case 3 -> new Expression("(" + inner.text + ")^2", inner.value * inner.value);
      case 4 -> {
        Expression lower = sum(random, depth - 1);
        double value = lower.value == 0 ? Double.NaN : inner.value / lower.value;
        yield new Expression("\\frac{" + inner.text + "}{" + lower.text + "}", value);
      }
      default -> new Expression("(" + inner.text + ")", inner.value);
    };
  }

  @Test
  void integersAreExact() {
    assertThat(LatexNumber.read("25!/24!").get()).isEqualTo(25.0);
    assertThat(LatexNumber.read("10^{400}+1-10^{400}").get()).isEqualTo(BigInteger.ONE);
    assertThat(LatexNumber.read("\\frac{3^{1008}-1}{3^{1009}}").get()).isEqualTo(1 / 3.0);
    assertThat(LatexNumber.read("(-1)^{99999999999}").get()).isEqualTo(BigInteger.ONE.negate());
    assertThat(LatexNumber.read("0^{99999999999}").get()).isEqualTo(BigInteger.ZERO);
    assertThat(LatexNumber.read("50\\%+50\\%").get()).isEqualTo(1.0);
    assertThat(LatexNumber.read("100\\%").get()).isEqualTo(BigInteger.ONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9^{9^{9^{9}}}",
        "(9^{4000})^{4000}",
        "9^{99999999999999999999}",
        "1001!",
        "9!!!",
        "2^{16000}*2^{16000}",
        "0.5^{-99999}",
        "10^{400}/3",
        "10^{400}*0.5",
        "\\sqrt{10^{400}}",
        "(0.5)!",
        "(4/2)!",
      })
  void whatTakesLongOrOverflowsIsNoNumber(String text) {
    assertThat(LatexNumber.read(text)).isEmpty();
  }

  @Test
  void hostileTextsAreReadInTime() {
    for (String text :
        new String[] {
          "(", "{", "[", "\\frac{", "\\sqrt{", "\\sqrt[", "2^{", "-", "+", "1+", "9", "9,999", ",",
              ",999",
          ".", "1.", "~", "\\,", "!", "5!", "'", "9^9", "9^{5000}+", "9^{5000}*0*", "2(", "\\pi",
              "$", "1_",
          "\\", "^",
        }) {
      for (int length : new int[] {90, 19_999, ProcessorTime.LONG}) {
        String many = text.repeat(length / text.length());
        ProcessorTime.requireLittle(
            () -> {
              LatexNumber.read(many);
              LatexNumber.read("5" + many);
              LatexNumber.read(many + "5");
            });
      }
    }
  }

  @Test
  void groupsAreReadToAHundredLevels() {
    assertThat(LatexNumber.read("(".repeat(100) + "7" + ")".repeat(100))).isPresent();
    assertThat(LatexNumber.read("(".repeat(101) + "7" + ")".repeat(101))).isEmpty();
    assertThat(LatexNumber.read("(1)".repeat(1_000))).isPresent();
  }
}
