package io.prumerge.metric.tally;

import io.prumerge.benchmark.ReviewScores;
import io.prumerge.metric.tally.Tally.QuestionSubset;
import io.prumerge.metric.tally.Tally.QuestionSubset.QuestionSubsets;
import io.prumerge.metric.tally.Tally.QuestionSubset.Variant;
import io.prumerge.metric.tally.Tally.Sum;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * An image's questions in one result, which are not independent; a text-only question is a cluster
 * of its own.
 *
 * @param slicing the subsets that the benchmark's rules need
 */
public record Cluster(ScoreKey key, QuestionSubsets slicing, List<ScoredQuestion> questions) {

  /** Questions within a subset that are only right together. */
  private static final class Unit {
    private boolean answered;
    private boolean lacking;
    private boolean failed;
    private boolean right = true;
    private double chance = 1;

    boolean counts(Variant variant) {
      return answered && (variant == Variant.EVERY || !failed);
    }

    void add(ScoredQuestion question) {
      failed |= question.answer().failed();
      answered |= question.answer().score().isPresent();
      lacking |= question.answer().score().isEmpty();
      right &= question.answer().score().orElse(0) == 1;
      chance *= question.chance();
    }
  }

  /** Returns the questions by their ids. */
  Map<Long, ScoredQuestion> byQuestion() {
    Map<Long, ScoredQuestion> byId = new HashMap<>();
    questions.forEach(question -> byId.put(question.id(), question));
    return byId;
  }

  /**
   * Returns this cluster with every answer beside the baseline's.
   *
   * @param baseline the baseline's questions about this image, by id
   */
  Cluster beside(Map<Long, ScoredQuestion> baseline) {
    return new Cluster(
        key,
        slicing,
        questions.stream()
            .map(
                question -> {
                  ScoredQuestion other = baseline.get(question.id());
                  return other == null ? question : question.beside(other);
                })
            .toList());
  }

  /** Returns whether an answer is an error. */
  boolean hasErrors() {
    return questions.stream().anyMatch(question -> question.answer().failed());
  }

  /**
   * Adds up the questions of every subset that has one of them. Units are counted in each subset.
   * If errors are left out, their units are left out too.
   */
  public Map<QuestionSubset, Tally> tallies(Variant variant) {
    Map<QuestionSubset, Tally> tallies = new HashMap<>();
    Map<QuestionSubset, Map<String, Unit>> units = new HashMap<>();
    for (ScoredQuestion question : questions) {
      Set<QuestionSubset> slices = slicing.of(question.groups());
      for (QuestionSubset slice : slices) {
        Tally tally = tallies.computeIfAbsent(slice, key -> new Tally());
        if (variant == Variant.EVERY || !question.answer().failed()) {
          question.count(tally);
        }
        if (!question.unit().isEmpty()) {
          units
              .computeIfAbsent(slice, key -> new HashMap<>())
              .computeIfAbsent(question.unit(), key -> new Unit())
              .add(question);
        }
      }
    }
    units.forEach(
        (slice, members) -> members.values().forEach(unit -> count(unit, slice, variant, tallies)));
    for (Tally tally : tallies.values()) {
      if (tally.count(Sum.N) > 0) {
        tally.add(Sum.CLUSTERS, 1);
      }
    }
    return tallies;
  }

  /** Returns the questions of a slice that have a score, by {@link ScoredQuestion#id}. */
  public Set<Long> answered(QuestionSubset slice) {
    Set<Long> ids = new HashSet<>();
    for (ScoredQuestion question : questions) {
      if (question.answer().score().isPresent() && slicing.of(question.groups()).contains(slice)) {
        ids.add(question.id());
      }
    }
    return ids;
  }

  private static void count(
      Unit unit, QuestionSubset slice, Variant variant, Map<QuestionSubset, Tally> tallies) {
    if (unit.counts(variant)) {
      Tally tally = tallies.get(slice);
      tally.add(Sum.UNITS, 1);
      tally.add(Sum.UNITS_PARTIAL, unit.lacking ? 1 : 0);
      tally.add(Sum.UNITS_RIGHT, unit.right ? 1 : 0);
      tally.add(Sum.UNITS_CHANCE, unit.chance);
    }
  }

  /**
   * An image's questions in all results of all runs, so that what methods answered about it can be
   * compared; a text-only question is a cluster of its own.
   *
   * @param hash of the image
   * @param several whether a question is about several images
   * @param clusters by result, for results with a question about this image
   */
  public record PairedCluster(long hash, boolean several, Map<ScoreKey, Cluster> clusters) {}

  /**
   * One question with the score of its answer.
   *
   * @param id a hash of its name
   * @param groups its category and further groups, each once
   * @param unit its unit of questions that only count together; empty = none
   * @param label the right answer
   * @param chance the score of a guess, 0..1
   * @param loyal whether the baseline gave the same answer; absent without a baseline's answer
   */
  public record ScoredQuestion(
      long id,
      List<String> groups,
      String unit,
      YesNo label,
      double chance,
      ScoredAnswer answer,
      Optional<Boolean> loyal) {

    /**
     * An answer with its score.
     *
     * @param score 0..1; absent without an answer
     * @param failed whether the answer is an error
     * @param unparsed whether the parser found no value in the answer
     * @param said what the answer says; an error counts as the opposite of its question's label
     * @param review a judge's points, if the benchmark is judged by comparison
     * @param parsed a hash of the parsed answer
     * @param iou how far its box overlaps the right one, 0..1; 0 without a box
     */
    public record ScoredAnswer(
        OptionalDouble score,
        boolean failed,
        boolean unparsed,
        YesNo said,
        Optional<ReviewScores> review,
        long parsed,
        double iou) {}

    /**
     * Compares this question's score with the baseline's.
     *
     * @param baseline the same question
     */
    ScoredQuestion beside(ScoredQuestion baseline) {
      ScoredAnswer other = baseline.answer;
      boolean answered = answer.score.isPresent() && other.score.isPresent();
      boolean same = answer.parsed == other.parsed && !answer.failed && !other.failed;
      return new ScoredQuestion(
          id, groups, unit, label, chance, answer, answered ? Optional.of(same) : Optional.empty());
    }

    /** Adds it to a tally, except its unit. */
    void count(Tally tally) {
      if (answer.score.isEmpty()) {
        tally.add(Sum.MISSING, 1);
        return;
      }
      tally.add(Sum.N, 1);
      tally.add(Sum.SCORE, answer.score.getAsDouble());
      tally.add(Sum.CHANCE, chance);
      tally.add(Sum.IOU, answer.iou);
      if (answer.failed) {
        tally.add(Sum.ERRORS, 1);
      }
      if (answer.unparsed) {
        tally.add(Sum.UNPARSED, 1);
      }
      answer.review.ifPresent(
          points -> {
            tally.add(Sum.CANDIDATE, points.candidate());
            tally.add(Sum.REFERENCE, points.reference());
          });
      loyal.ifPresent(
          same -> {
            tally.add(Sum.COMPARED, 1);
            tally.add(Sum.LOYAL, same ? 1 : 0);
          });
      YesNo said = answer.failed ? label.opposite() : answer.said;
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
}
