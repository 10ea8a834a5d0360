package io.prumerge.metric.tally;

import java.util.List;
import java.util.Optional;

/**
 * One question with the score of its answer.
 *
 * @param id a hash of its name
 * @param groups its category and further groups, each once
 * @param unit its units of questions that only count together, as in {@link
 *     io.prumerge.benchmark.BenchmarkQuestion#UNIT}; empty = none
 * @param unitRows how many rows its units have, as in {@link
 *     io.prumerge.benchmark.BenchmarkQuestion#UNIT_ROWS}; empty = unknown
 * @param label the right answer
 * @param chance the score of a guess, 0..1
 * @param loyal whether the baseline gave the same answer; absent without a baseline's answer
 */
public record ScoredQuestion(
    long id,
    List<String> groups,
    String unit,
    String unitRows,
    YesNo label,
    double chance,
    ScoredAnswer answer,
    Optional<Boolean> loyal) {

  /**
   * Compares this question's score with the baseline's.
   *
   * @param baseline the same question
   */
  ScoredQuestion beside(ScoredQuestion baseline) {
    ScoredAnswer other = baseline.answer;
    boolean answered = answer.score().isPresent() && other.score().isPresent();
    boolean same = answer.parsed() == other.parsed() && !answer.failed() && !other.failed();
    return new ScoredQuestion(
        id,
        groups,
        unit,
        unitRows,
        label,
        chance,
        answer,
        answered ? Optional.of(same) : Optional.empty());
  }

  /** Adds it to a tally, except its unit. */
  void count(Tally tally) {
    if (answer.score().isEmpty()) {
      tally.add(TallySum.MISSING, 1);
      if (answer.unparsed()) { // dropped, but seen
        tally.add(TallySum.UNPARSED, 1);
      }
      return;
    }
    tally.add(TallySum.N, 1);
    tally.add(TallySum.SCORE, answer.score().getAsDouble());
    tally.add(TallySum.CHANCE, chance);
    tally.add(TallySum.IOU, answer.iou());
    answer.addends().forEach(tally::add);
    if (answer.failed()) {
      tally.add(TallySum.ERRORS, 1);
    }
    if (answer.unparsed()) {
      tally.add(TallySum.UNPARSED, 1);
    }
    if (answer.replaced()) {
      tally.add(TallySum.REPLACED, 1);
    }
    answer
        .review()
        .ifPresent(
            points -> {
              tally.add(TallySum.CANDIDATE, points.candidate());
              tally.add(TallySum.REFERENCE, points.reference());
            });
    loyal.ifPresent(
        same -> {
          tally.add(TallySum.COMPARED, 1);
          tally.add(TallySum.LOYAL, same ? 1 : 0);
        });
    YesNo said = answer.failed() ? label.opposite() : answer.said();
    if (label != YesNo.NEITHER) {
      tally.add(label == YesNo.YES ? TallySum.LABEL_YES : TallySum.LABEL_NO, 1);
    }
    if (said == YesNo.YES) {
      tally.add(TallySum.YES, 1);
    }
    if (said == YesNo.YES && label == YesNo.YES) {
      tally.add(TallySum.TRUE_POSITIVE, 1);
    } else if (said == YesNo.YES && label == YesNo.NO) {
      tally.add(TallySum.FALSE_POSITIVE, 1);
    } else if (said == YesNo.NO && label == YesNo.YES) {
      tally.add(TallySum.FALSE_NEGATIVE, 1);
    }
  }
}
