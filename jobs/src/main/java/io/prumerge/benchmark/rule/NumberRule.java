package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.PythonNumber;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Right if the only number in the answer, or the whole of it, is close to one of the reference's:
 * |p - t| <= max(abs, rel |t|), in doubles. A comma between digits of a thousand is left out.
 */
final class NumberRule implements AnswerRule {

  private static final Pattern THOUSANDS = Pattern.compile("(?<=\\d),(?=\\d{3}(?!\\d))");
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.])[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final double absolute;
  private final double relative;

  private NumberRule(double absolute, double relative) {
    this.absolute = absolute;
    this.relative = relative;
  }

  static NumberRule of(RuleSettings settings) {
    return new NumberRule(settings.number("abs", 0), settings.number("rel", 0));
  }

  @Override
  public Optional<String> problem(Reference reference) {
    return reference.answers().stream()
        .filter(answer -> read(answer).isEmpty())
        .findFirst()
        .map(answer -> "must be a number, it is '" + answer + "'");
  }

  @Override
  public Score score(String answer, Reference reference) {
    OptionalDouble number = read(answer);
    if (number.isEmpty()) {
      return new Score("", true, 0);
    }
    double p = number.getAsDouble();
    boolean right =
        reference.answers().stream()
            .flatMap(text -> read(text).stream().boxed())
            .anyMatch(t -> Math.abs(p - t) <= Math.max(absolute, relative * Math.abs(t)));
    return new Score(Double.toString(p), false, right ? 1 : 0);
  }

  /** Returns the number of a text; empty if it has none, or several. */
  private static OptionalDouble read(String text) {
    String plain = THOUSANDS.matcher(text).replaceAll("");
    OptionalDouble whole = PythonNumber.of(plain);
    if (whole.isPresent()) {
      return whole;
    }
    Matcher number = NUMBER.matcher(plain);
    if (!number.find()) {
      return OptionalDouble.empty();
    }
    OptionalDouble first = PythonNumber.of(number.group());
    return number.find() ? OptionalDouble.empty() : first;
  }
}
