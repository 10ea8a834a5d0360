package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The questions that have one {@link Benchmark#key}. The n-th answer with that key belongs to the
 * n-th of them.
 */
final class QuestionsOfKey {

  private static final int SHOWN = 200;

  private final Benchmark benchmark;
  private final Iterator<BenchmarkQuestion> questions;
  private Optional<String> before = Optional.empty();

  /**
   * @param questions in the order of the benchmark's files
   */
  QuestionsOfKey(Benchmark benchmark, Iterator<BenchmarkQuestion> questions) {
    this.benchmark = benchmark;
    this.questions = questions;
  }

  /** Returns all questions by their keys. A key that no question has gives none. */
  static Function<String, QuestionsOfKey> all(
      Benchmark benchmark, Iterator<BenchmarkQuestion> questions) {
    Map<String, List<BenchmarkQuestion>> lists = new HashMap<>();
    questions.forEachRemaining(
        question ->
            lists
                .computeIfAbsent(benchmark.key(question), key -> new ArrayList<>(1))
                .add(question));
    Map<String, QuestionsOfKey> keys = new HashMap<>();
    return key ->
        keys.computeIfAbsent(
            key,
            one ->
                new QuestionsOfKey(
                    benchmark, lists.getOrDefault(one, Collections.emptyList()).iterator()));
  }

  /**
   * Returns the question of the next answer.
   *
   * @param answer one with these questions' key, in the order of the answer files
   * @throws DataException with the place of an answer that belongs to no question, is a duplicate,
   *     or has another prompt or right answer than the source
   */
  BenchmarkQuestion next(GivenAnswer answer) {
    if (!questions.hasNext()) {
      throw before
          .map(
              place ->
                  new DataException(
                      String.format(
                          Locale.ROOT,
                          "%s: question '%s' is answered in %s already",
                          answer.where(),
                          answer.key(),
                          place)))
          .orElseGet(
              () ->
                  new DataException(
                      Wording.of(
                          "%s: '%s' is no question of the %s files that %s names",
                          answer.where(), answer.key(), benchmark.name(), Setting.SOURCE)));
    }
    BenchmarkQuestion question = questions.next();
    requireSame(question, answer);
    before = Optional.of(answer.where());
    return question;
  }

  /** Refuses answers to another benchmark or release whose ids happen to be the same. */
  private void requireSame(BenchmarkQuestion question, GivenAnswer answer) {
    if (answer.prompt().isPresent() && !benchmark.asks(answer.prompt().get(), question)) {
      throw new DataException(
          Wording.of(
              "%s: its prompt is '%s', but question '%s' of the %s files that %s names is '%s'; are"
                  + " these answers to other questions?",
              answer.where(),
              shortened(answer.prompt().get()),
              answer.key(),
              benchmark.name(),
              Setting.SOURCE,
              shortened(question.question())));
    }
    Optional<String> truth = question.answers().stream().findFirst();
    if (answer.truth().isPresent()
        && truth.isPresent()
        && !answer.truth().get().strip().equalsIgnoreCase(truth.get().strip())) {
      throw new DataException(
          Wording.of(
              "%s: the right answer to '%s' is '%s' here, but '%s' in the files that %s names; are"
                  + " they of one release?",
              answer.where(), answer.key(), answer.truth().get(), truth.get(), Setting.SOURCE));
    }
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
