package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.AnswerRule;
import io.prumerge.benchmark.AnswerRuleFactory;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.console.CodeOrigin;
import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A rule that a jar brings. It gives scores alone: no sums for figures over a whole set. */
public final class AddedRule implements ProfileRule {

  private final String name;
  private final Class<?> type;
  private final AnswerRule rule;
  private final List<String> parsers;

  private AddedRule(String name, Class<?> type, AnswerRule rule, List<String> parsers) {
    this.name = name;
    this.type = type;
    this.rule = rule;
    this.parsers = parsers;
  }

  /**
   * Makes the rule of a profile.
   *
   * @param settings with keys of the factory only
   * @throws IllegalArgumentException for values that the rule refuses
   * @throws Failure if the factory fails otherwise
   */
  static AddedRule of(AnswerRuleFactory factory, RuleSettings settings) {
    AnswerRule rule;
    try {
      rule = factory.create(settings);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      throw failed("make", factory.name(), factory.getClass(), "it failed with " + e, e);
    }
    if (rule == null) {
      throw failed("make", factory.name(), factory.getClass(), "it made none", null);
    }
    return new AddedRule(
        factory.name(), factory.getClass(), rule, settings.texts(AnswerRules.PARSER));
  }

  /** Returns the rule's name in files. */
  public String name() {
    return name;
  }

  /** Returns the factory's class. */
  public Class<?> type() {
    return type;
  }

  /** Returns whether the calling thread sees the rule's jar, and not another with this rule. */
  public boolean isFound() {
    return AnswerRules.isFound(this);
  }

  @Override
  public Score score(String answer, Reference reference) {
    Score score = asked(() -> rule.score(answer, reference));
    if (score == null || score.parsed() == null) {
      throw failed("score by", name, type, "it gave no score of '" + answer + "'", null);
    }
    if (!score.addends().isEmpty()) {
      throw failed("score by", name, type, "a jar's rule gives no sums: " + score.addends(), null);
    }
    return score;
  }

  @Override
  public Optional<String> problem(Reference reference) {
    Optional<String> problem = asked(() -> rule.problem(reference));
    if (problem == null) {
      throw failed("score by", name, type, "it says null of a reference's problem", null);
    }
    return problem;
  }

  /** Returns the value of the key {@code parser}, where the profile has one. */
  @Override
  public List<String> parsers() {
    return parsers;
  }

  @Override
  public List<AddedRule> added() {
    return List.of(this);
  }

  /**
   * Returns what the rule says. Of its errors, Spark takes a StackOverflowError, in which a regex
   * of Java's may end on a long answer, for one of the whole process, and would end that.
   */
  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      throw failed("score by", name, type, "it failed with " + e, e);
    }
  }

  private static Failure failed(
      String attempt, String name, Class<?> type, String why, Throwable cause) {
    return new Failure(
        Text.format(
            "Cannot %s the rule '%s' of %s in %s: %s; mend its jar",
            attempt, name, type.getName(), CodeOrigin.of(type), why),
        cause);
  }
}
