package io.prumerge.metric.tally;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.UnitRows;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
    private boolean atLeast;
    private double chance = 1;
    private int questions;
    private OptionalInt rows = OptionalInt.empty();

    boolean counts(QuestionVariant variant) {
      return answered && (variant == QuestionVariant.EVERY || !failed);
    }

    boolean isIncomplete() {
      return questions < rows.orElse(0);
    }

    void add(ScoredQuestion question, String name) {
      questions++;
      rows = UnitRows.of(name, question.unit(), question.unitRows());
      atLeast |= UnitRows.areAtLeast(question.unitRows());
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
   * Returns this cluster with every answer paired with the baseline's.
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
   * If errors are left out, their units are left out too, and so are units of which not all rows
   * are questions here.
   */
  public Map<QuestionSubset, Tally> tallies(QuestionVariant variant) {
    Map<QuestionSubset, Tally> tallies = new HashMap<>();
    Map<QuestionSubset, Map<String, Unit>> units = new HashMap<>();
    for (ScoredQuestion question : questions) {
      Set<QuestionSubset> slices = slicing.of(question.groups());
      for (QuestionSubset slice : slices) {
        Tally tally = tallies.computeIfAbsent(slice, key -> new Tally());
        if (variant == QuestionVariant.EVERY || !question.answer().failed()) {
          question.count(tally);
        }
        String unit = BenchmarkQuestion.unitOf(slice.unit(), question.unit());
        if (!unit.isEmpty()) {
          units
              .computeIfAbsent(slice, key -> new HashMap<>())
              .computeIfAbsent(unit, key -> new Unit())
              .add(question, unit);
        }
      }
    }
    units.forEach(
        (slice, members) -> {
          Map<String, Unit> whole = units.get(QuestionSubset.ALL.with(slice.unit()));
          members.forEach(
              (name, unit) -> {
                if (unit.counts(variant)) {
                  count(unit, whole.get(name).isIncomplete(), tallies.get(slice));
                }
              });
        });
    for (Tally tally : tallies.values()) {
      if (tally.count(TallySum.N) > 0) {
        tally.add(TallySum.CLUSTERS, 1);
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

  private static void count(Unit unit, boolean incomplete, Tally tally) {
    if (incomplete) {
      tally.add(TallySum.UNITS_INCOMPLETE, 1);
      return;
    }
    tally.add(TallySum.UNITS, 1);
    tally.add(TallySum.UNITS_AT_LEAST, unit.atLeast ? 1 : 0);
    tally.add(TallySum.UNITS_PARTIAL, unit.lacking ? 1 : 0);
    tally.add(TallySum.UNITS_RIGHT, unit.right ? 1 : 0);
    tally.add(TallySum.UNITS_CHANCE, unit.chance);
  }
}
