package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.text.Thoughts;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Right if the only number in the answer, behind a thought, is close to one of the reference's: |p
 * - t| <= max(abs, rel |t|), in exact decimals. {@link LoneNumber} says what a number is.
 */
final class NumberRule implements ProfileRule {

  /** The difference that is allowed; by default 0. */
  static final RuleKey<Double> ABS = RuleKey.number("abs", 0);

  /** The part of the right number that is; by default 0. */
  static final RuleKey<Double> REL = RuleKey.number("rel", 0);

  private final BigDecimal absolute;
  private final BigDecimal relative;

  private NumberRule(double absolute, double relative) {
    this.absolute = BigDecimal.valueOf(absolute);
    this.relative = BigDecimal.valueOf(relative);
  }

  static NumberRule of(RuleSettings settings) {
    return new NumberRule(ABS.in(settings), REL.in(settings));
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
    Optional<BigDecimal> number = LoneNumber.read(Thoughts.answer(answer));
    if (number.isEmpty()) {
      return new Score("", true, 0);
    }
    BigDecimal p = number.get();
    boolean right =
        reference.answers().stream()
            .flatMap(text -> LoneNumber.read(text).stream())
            .anyMatch(t -> p.subtract(t).abs().compareTo(tolerance(t)) <= 0);
    return new Score(p.stripTrailingZeros().toPlainString(), false, right ? 1 : 0);
  }

  private BigDecimal tolerance(BigDecimal t) {
    return absolute.max(relative.multiply(t.abs()));
  }
}
