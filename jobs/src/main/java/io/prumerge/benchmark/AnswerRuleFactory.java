package io.prumerge.benchmark;

import java.util.List;

/**
 * Brings one rule that benchmark files name by {@code rule: NAME}: its name, its keys, and how it
 * is made.
 *
 * <p>Implementations are found by {@link java.util.ServiceLoader}: a jar names them in {@code
 * META-INF/services/io.prumerge.benchmark.AnswerRuleFactory}, one class per line, and {@code
 * --jars} brings the jar to the driver and the executors. They are public, have a public
 * constructor without parameters, and keep no state. An example, for {@code score: {default: {rule:
 * first-word, ignore_case: true}}}:
 *
 * <pre>{@code
 * public final class FirstWord implements AnswerRuleFactory {
 *
 *   public String name() {
 *     return "first-word";
 *   }
 *
 *   public List<String> keys() {
 *     return List.of("ignore_case");
 *   }
 *
 *   public AnswerRule create(RuleSettings settings) {
 *     boolean anyCase = settings.flag("ignore_case");
 *     return (answer, reference) -> {
 *       String word = answer.split("\\s+")[0];
 *       boolean right =
 *           reference.answers().stream()
 *               .anyMatch(one -> anyCase ? one.equalsIgnoreCase(word) : one.equals(word));
 *       return new Score(word, word.isEmpty(), right ? 1 : 0);
 *     };
 *   }
 * }
 * }</pre>
 */
public interface AnswerRuleFactory {

  /** Returns the rule's name in files. A name of this program's rules is refused. */
  String name();

  /**
   * Returns every key that a profile may give the rule; none by default. The keys {@code rule},
   * {@code headline} and {@code judge} are every profile's and refused. Tables show the value of a
   * key {@code parser} as what reads the answers.
   */
  default List<String> keys() {
    return List.of();
  }

  /**
   * Makes the rule of one profile.
   *
   * @param settings what the profile gives it; keys other than {@link #keys} have been refused
   *     already
   * @throws IllegalArgumentException for a value or a combination of values that the rule refuses
   */
  AnswerRule create(RuleSettings settings);
}
