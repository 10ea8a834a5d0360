package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.AnswerRule;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Corpus;
import io.prumerge.benchmark.Drawing;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Wordings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rule of a profile, with what only this program's rules tell beside scores. Those of jars are
 * {@link AddedRule}s.
 */
public interface ProfileRule extends AnswerRule {

  /**
   * Returns the names of the parsers that read answers, as files spell them: the rule's own, then
   * that of its rule for questions without options. None if the rule has no choice of them.
   */
  default List<String> parsers() {
    return List.of();
  }

  /** Returns the right answer as tables show it; empty if there is none. */
  default Optional<String> gold(Reference reference) {
    return Wordings.anyOf(reference.answers());
  }

  /** Returns the score of a guess where there are no options; nothing where answers are open. */
  default double chance() {
    return 0;
  }

  /** Returns the letters of the options that are right; none where options have no letters. */
  default List<String> rightLetters(Reference reference) {
    return List.of();
  }

  /** Returns how values are drawn for undecided answers; empty if none are. */
  default Optional<Drawing> drawing() {
    return Optional.empty();
  }

  /**
   * Returns how answers are scored by the references of a whole split; empty if by a question's own
   * alone. Otherwise {@link #score} is not called.
   */
  default Optional<Corpus> corpus() {
    return Optional.empty();
  }

  /** Returns what every score of this rule adds to the sums of figures over a whole set. */
  default Set<Addend> addends() {
    return Set.of();
  }

  /** Returns what an error adds, where its score of 0 does not say all. */
  default Map<Addend, Double> addendsOfError(Reference reference) {
    return Map.of();
  }

  /** Returns the figures of a benchmark that names none, the headline first. */
  default List<MetricRule> figures() {
    return List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  /**
   * Returns what a judge would extract from an answer, where that is plain, so that none is asked.
   *
   * @param answer generated text, stripped
   */
  default Optional<String> extracted(String answer, Reference reference) {
    return Optional.empty();
  }

  /** Returns why the rule cannot score a judge's words; empty if it can. */
  default Optional<String> problemWithJudge() {
    return Optional.empty();
  }

  /** Returns the rules of jars that score: itself, or one that it asks; by default none. */
  default List<AddedRule> added() {
    return List.of();
  }
}
