package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Right if the only number in the answer is close to one of the reference's: |p - t| <= max(abs,
 * rel |t|), in doubles. {@link LoneNumber} says what a number is.
 */
final class NumberRule implements ProfileRule {

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
        .filter(answer -> LoneNumber.read(answer).isEmpty())
        .findFirst()
        .map(answer -> "must be a number, it is '" + answer + "'");
  }

  @Override
  public Score score(String answer, Reference reference) {
    OptionalDouble number = LoneNumber.read(answer);
    if (number.isEmpty()) {
      return new Score("", true, 0);
    }
    double p = number.getAsDouble();
    boolean right =
        reference.answers().stream()
            .flatMap(text -> LoneNumber.read(text).stream().boxed())
            .anyMatch(t -> Math.abs(p - t) <= Math.max(absolute, relative * Math.abs(t)));
    return new Score(Double.toString(p), false, right ? 1 : 0);
  }
}
