package io.prumerge.benchmark.rule;

import io.prumerge.lang.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the number that a mathematical text says, in LaTeX or not, as the part of latex2sympy2
 * (1.9.1) that answers need, with Python evaluating what it prints. Known are decimal numbers, with
 * commas between thousands, and percentages; {@code + - * / : ^ !}, {@code \cdot \times \div};
 * products without a sign, which bind more tightly than those with one; parentheses, brackets and
 * braces; {@code \frac}, {@code \sqrt}, {@code \sqrt[n]} and {@code \pi}.
 *
 * <p>Like there, a text may go on after its number with a mark that cannot continue it, such as a
 * closing parenthesis; with a letter, an unknown command or another mark it is no number.
 *
 * <p>Deviations: functions such as {@code \sin}, binomials and relations are no numbers, and
 * neither is what takes long. A quotient is the one that the text says, though sympy prints some
 * that are divided by a decimal number, a percentage or a fraction without the parentheses they
 * need.
 */
final class LatexNumber {

  /** Letters of the longest text that is read; no answer needs as many. */
  private static final int LONGEST = 20_000;

  /** Groups in groups; latex2sympy2 overflows Python's stack at about as many. */
  private static final int DEEPEST = 100;

  private static final Pattern NUMBER =
      Pattern.compile("[0-9]*+(?:,[0-9]{3})*+\\.[0-9]++|[0-9]++(?:,[0-9]{3})*+");

  private static final Pattern BLANK =
      Pattern.compile("[ \\t\\r\\n$~]++|\\\\(?:,|qquad|quad|displaystyle|(?:left|right)(?![a-z]))");

  /** The letter that a text says to equal its number. */
  private static final Pattern NAME = Pattern.compile("[\\s$]*+[a-z][\\s$]*+=");

  /** What may follow a number that it ends. */
  private static final Pattern END = Pattern.compile("[)\\]}.&_^]|\\\\[}\\\\]");

  private static final String PERCENT = "\\%";
  private static final int PERCENT_PLACES = 2;

  /** What begins a factor, if no number does. */
  private static final List<String> OPERANDS =
      List.of("(", "[", "{", "\\{", "\\frac", "\\sqrt", "\\pi");

  private final String text;
  private final Matcher number;
  private final Matcher blank;
  private int at;
  private int depth;

  private LatexNumber(String text) {
    this.text = text;
    this.number = NUMBER.matcher(text);
    this.blank = BLANK.matcher(text);
  }

  /**
   * Returns the number: a {@link BigInteger}, or a {@link Double} that is finite.
   *
   * @param text in lower case
   * @return empty if the text says none, or one that takes long to compute
   */
  static Optional<Number> read(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      Matcher name = NAME.matcher(text);
      LatexNumber reader = new LatexNumber(text);
      reader.at = name.lookingAt() ? name.end() : 0;
      Number value = reader.sum();
      return reader.isEnd() ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private boolean isEnd() {
    skipBlank();
    return at == text.length() || END.matcher(text).region(at, text.length()).lookingAt();
  }

  private Number sum() {
    Number total = product();
    while (true) {
      if (take("+")) {
        total = PythonArithmetic.add(total, product());
      } else if (take("-")) {
        total = PythonArithmetic.add(total, PythonArithmetic.negate(product()));
      } else {
        return total;
      }
    }
  }

  private Number product() {
    Number total = signed();
    while (true) {
      if (take("*") || take("\\cdot") || take("\\times")) {
        total = PythonArithmetic.multiply(total, signed());
      } else if (take("/") || take(":") || take("\\div")) {
        total = PythonArithmetic.divide(total, signed());
      } else {
        return total;
      }
    }
  }

  private Number signed() {
    boolean negative = false;
    while (true) {
      if (take("-")) {
        negative = !negative;
      } else if (!take("+")) {
        Number value = factors();
        return negative ? PythonArithmetic.negate(value) : value;
      }
    }
  }

  private Number factors() {
    Number total = factor();
    while (isOperand()) {
      total = PythonArithmetic.multiply(total, factor());
    }
    return total;
  }

  private Number factor() {
    Number value = operand();
    while (take("^")) {
      value = PythonArithmetic.power(value, exponent());
    }
    while (true) {
      if (take("!")) {
        value = PythonArithmetic.factorial(value);
      } else if (!take("'")) { // a transposition
        return value;
      }
    }
  }

  /** Reads what a power takes without a sign: a group in braces, a number or pi. */
  private Number exponent() {
    return take("{") ? group("}") : take("\\pi") ? (Number) Math.PI : number();
  }

  private boolean isOperand() {
    skipBlank();
    return number.region(at, text.length()).lookingAt()
        || OPERANDS.stream().anyMatch(start -> text.startsWith(start, at));
  }

  private Number operand() {
    if (take("(")) {
      return group(")");
    }
    if (take("[")) {
      return group("]");
    }
    if (take("{")) {
      return group("}");
    }
    if (take("\\{")) {
      return group("\\}");
    }
    if (take("\\frac")) {
      return PythonArithmetic.divide(braced(), braced());
    }
    if (take("\\sqrt")) {
      return take("[") ? root(group("]")) : PythonArithmetic.squareRoot(braced());
    }
    return take("\\pi") ? (Number) Math.PI : number();
  }

  private Number root(Number degree) {
    Number base = braced();
    return PythonArithmetic.isEqual(degree, BigInteger.TWO)
        ? PythonArithmetic.squareRoot(base)
        : PythonArithmetic.power(base, PythonArithmetic.divide(BigInteger.ONE, degree));
  }

  private Number braced() {
    require("{");
    return group("}");
  }

  private Number group(String end) {
    depth++;
    if (depth > DEEPEST) {
      throw refused();
    }
    Number value = sum();
    require(end);
    depth--;
    return value;
  }

  private Number number() {
    skipBlank();
    if (!number.region(at, text.length()).lookingAt()
        || number.end() - at > PythonNumerals.MOST_DIGITS) {
      throw refused();
    }
    at = number.end();
    BigDecimal value = new BigDecimal(number.group().replace(",", ""));
    if (text.startsWith(PERCENT, at)) {
      at += PERCENT.length();
      value = value.movePointLeft(PERCENT_PLACES);
    }
    return value.stripTrailingZeros().scale() <= 0
        ? value.toBigInteger()
        : (Number) value.doubleValue();
  }

  private void require(String mark) {
    if (!take(mark)) {
      throw refused();
    }
  }

  private boolean take(String mark) {
    skipBlank();
    if (!text.startsWith(mark, at)) {
      return false;
    }
    at += mark.length();
    return true;
  }

  private void skipBlank() {
    while (blank.region(at, text.length()).lookingAt()) {
      at = blank.end();
    }
  }

  private NumberFormatException refused() {
    return new NumberFormatException(Text.format("No number at %d of a text", at));
  }
}
