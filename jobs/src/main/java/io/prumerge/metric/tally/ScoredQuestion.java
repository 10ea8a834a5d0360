package io.prumerge.metric.tally;

import io.prumerge.benchmark.ReviewScores;
import io.prumerge.metric.tally.Tally.Sum;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One question with the score of its answer.
 *
 * @param id a hash of its name
 * @param groups its category and further groups, each once
 * @param unit its unit of questions that only count together; empty = none
 * @param score 0..1; absent without an answer
 * @param failed whether the answer is an error
 * @param unparsed whether the parser found no value in the answer
 * @param said the answer; an error counts as the opposite of its label
 * @param label the right answer
 * @param review a judge's points, if the benchmark is judged by comparison
 * @param chance the score of a guess, 0..1
 * @param answer a hash of the parsed answer
 * @param iou how far its box overlaps the right one, 0..1; 0 without a box
 * @param loyal whether the baseline gave the same answer; absent without a baseline's answer
 */
public record ScoredQuestion(
    long id,
    List<String> groups,
    String unit,
    OptionalDouble score,
    boolean failed,
    boolean unparsed,
    YesNo said,
    YesNo label,
    Optional<ReviewScores> review,
    double chance,
    long answer,
    double iou,
    Optional<Boolean> loyal) {

  public ScoredQuestion {
    said = failed ? label.opposite() : said;
  }

  /**
   * Returns the same with the comparison to the baseline's answer.
   *
   * @param baseline the same question
   */
  ScoredQuestion beside(ScoredQuestion baseline) {
    boolean answered = score.isPresent() && baseline.score.isPresent();
    boolean same = answer == baseline.answer && !failed && !baseline.failed;
    return new ScoredQuestion(
        id,
        groups,
        unit,
        score,
        failed,
        unparsed,
        said,
        label,
        review,
        chance,
        answer,
        iou,
        answered ? Optional.of(same) : Optional.empty());
  }

  /** Adds it to a tally, except its unit. */
  void count(Tally tally) {
    if (score.isEmpty()) {
      tally.add(Sum.MISSING, 1);
      return;
    }
    tally.add(Sum.N, 1);
    tally.add(Sum.SCORE, score.getAsDouble());
    tally.add(Sum.CHANCE, chance);
    tally.add(Sum.IOU, iou);
    if (failed) {
      tally.add(Sum.ERRORS, 1);
    }
    if (unparsed) {
      tally.add(Sum.UNPARSED, 1);
    }
    review.ifPresent(
        points -> {
          tally.add(Sum.CANDIDATE, points.candidate());
          tally.add(Sum.REFERENCE, points.reference());
        });
    loyal.ifPresent(
        same -> {
          tally.add(Sum.COMPARED, 1);
          tally.add(Sum.LOYAL, same ? 1 : 0);
        });
    if (label != YesNo.NEITHER) {
      tally.add(label == YesNo.YES ? Sum.LABEL_YES : Sum.LABEL_NO, 1);
    }
    if (said == YesNo.YES) {
      tally.add(Sum.YES, 1);
    }
    if (said == YesNo.YES && label == YesNo.YES) {
      tally.add(Sum.TRUE_POSITIVE, 1);
    } else if (said == YesNo.YES && label == YesNo.NO) {
      tally.add(Sum.FALSE_POSITIVE, 1);
    } else if (said == YesNo.NO && label == YesNo.YES) {
      tally.add(Sum.FALSE_NEGATIVE, 1);
    }
  }

  /** A text as yes/no statistics read it. */
  public enum YesNo {
    YES,
    NO,
    NEITHER;

    YesNo opposite() {
      return switch (this) {
        case YES -> NO;
        case NO -> YES;
        case NEITHER -> NEITHER;
      };
    }
  }
}
