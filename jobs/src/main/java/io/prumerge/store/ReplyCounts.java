package io.prumerge.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.Texts;
import io.prumerge.engine.ErrorKind;
import io.prumerge.source.RowCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of a run's questions to endpoints, each counted once for each server that is asked.
 * They are rows of {@link Table#PREDICTIONS}, so {@code questions} is the run's {@code n_rows} and
 * the errors are its {@code n_errors}.
 *
 * @param questions that were to be asked
 * @param answered those with an answer
 * @param errors those without one, by the kind of their error
 * @param counted answers whose tokens the server counted: of the prompt, and of the answer
 * @param uncounted the other answers
 * @param sent what was sent for them, one; none if answers of earlier versions do not say
 */
public record ReplyCounts(
    long questions,
    long answered,
    SortedMap<String, Long> errors,
    long counted,
    long uncounted,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<SentRequests> sent) {

  public ReplyCounts {
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    sent = List.copyOf(sent);
  }

  /** Returns whether each question has one outcome, and was sent if a server decided it. */
  public boolean closes() {
    long failed = errors.getOrDefault(ErrorKind.ENDPOINT_FAILED.label(), 0L);
    return questions == answered + errors.values().stream().mapToLong(Long::longValue).sum()
        && answered == counted + uncounted
        && sent.stream()
            .allMatch(
                all ->
                    all.requests() + all.reused() == answered + failed
                        && all.tries() >= all.requests());
  }

  /** Returns whether each question was answered at the first try, with its tokens counted. */
  public boolean answersAllAtOnce() {
    return questions == counted
        && sent.stream().allMatch(all -> all.requests() == questions && all.tries() == questions);
  }

  /**
   * Returns the counts in words, without those that are 0.
   *
   * @param model whose questions they are
   */
  public String sentence(String model) {
    List<String> outcomes = new ArrayList<>();
    RowCounts.add(outcomes, answered, "answered");
    errors.forEach((kind, number) -> RowCounts.add(outcomes, number, kind));
    List<String> parts = new ArrayList<>();
    parts.add(
        Texts.count(questions, "question") + " to " + model + ": " + String.join(", ", outcomes));
    parts.add(sent.stream().findFirst().map(SentRequests::sentence).orElse("requests not counted"));
    List<String> tokens = new ArrayList<>();
    RowCounts.add(tokens, counted, "with token counts");
    RowCounts.add(tokens, uncounted, "without");
    if (answered > 0) {
      parts.add(Texts.count(answered, "answer") + ": " + String.join(", ", tokens));
    }
    return String.join("; ", parts);
  }
}
