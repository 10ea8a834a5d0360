package io.prumerge.benchmark;

import java.util.EnumSet;
import java.util.Set;

/**
 * A statistic of the scores of a set of questions, or of what their answers add up to. All are
 * reported times 100, as shares in percent.
 */
public enum Statistic {
  /** The mean of the questions' scores. */
  MEAN,
  /**
   * The share of units ({@link BenchmarkQuestion#UNIT}) whose questions all have score 1: MME's
   * acc+, MMBench's circular accuracy. A unit without any answer is left out, and so is one of
   * which not all rows of the benchmark's files were asked. If a unit lacks some answers, there is
   * no share; in {@link #POINTS} it counts as wrong.
   */
  UNITS,
  /** {@link #MEAN} + {@link #UNITS}: MME's points, at most 200. */
  POINTS,
  /** F1 of yes/no answers with positive class yes: 2tp / (2tp + fp + fn). */
  F1,
  /** tp / (tp + fp). */
  PRECISION,
  /** tp / (tp + fn). */
  RECALL,
  /** The share of answers that say yes. */
  YES_RATIO,
  /** The mean of {@link Benchmark.Score#iou}; an error counts 0. */
  MEAN_IOU,
  /**
   * The mean of a judge's points for the answers, divided by the mean of its points for the
   * reference's answers, from {@link Benchmark.Score#parsed} by {@link ReviewScores#of}:
   * LLaVA-Bench. Both means are rounded to three decimals, the percentage to one, as LLaVA does. A
   * review without points counts -1 for both; an error counts 0 against a reference of {@link
   * ReviewScores#MOST}.
   */
  RELATIVE,
  /**
   * The share of answers that are read as the baseline's to the same questions are; an error equals
   * nothing.
   */
  LOYALTY,
  /**
   * CIDEr-D: ten times the {@link #MEAN}, at most 1,000 in percent. Words weigh by the images of
   * the whole set, so that a part of it, or another set, has other weights.
   */
  CIDER,
  /** BLEU of single words, over the set's counts of words. */
  BLEU_1,
  /** BLEU of one and two words. */
  BLEU_2,
  /** BLEU of one to three words. */
  BLEU_3,
  /** BLEU of one to four words. */
  BLEU_4,
  /** The mean of {@link Addend#ROUGE_L}; an error counts 0. */
  ROUGE_L,
  /** CHAIR_s: the share of captions that mention an object which their image does not show. */
  CHAIR_S,
  /** CHAIR_i: the share of mentions whose object the image does not show. */
  CHAIR_I,
  /** The share of the objects in all images that captions mention. */
  OBJECT_RECALL;

  /** Returns what answers must add for it to have a value; none if scores are enough. */
  public Set<Addend> addends() {
    return switch (this) {
      case CIDER -> EnumSet.of(Addend.CORPUS_IMAGES);
      case BLEU_1, BLEU_2, BLEU_3, BLEU_4 ->
          EnumSet.range(Addend.MATCHED_1, Addend.REFERENCE_WORDS);
      case ROUGE_L -> EnumSet.of(Addend.ROUGE_L);
      case CHAIR_S -> EnumSet.of(Addend.CAPTIONS, Addend.HALLUCINATING);
      case CHAIR_I -> EnumSet.of(Addend.MENTIONS, Addend.HALLUCINATED);
      case OBJECT_RECALL -> EnumSet.of(Addend.SHOWN, Addend.FOUND);
      default -> EnumSet.noneOf(Addend.class);
    };
  }
}
