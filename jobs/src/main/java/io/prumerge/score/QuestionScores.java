package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One question, which scores the answers of all methods to it. Equal answers are scored once. */
final class QuestionScores {

  private final String benchmark;
  private final String split;
  private final String id;
  private final String imageId;
  private final Benchmark rules;
  private final Reference reference;
  private final Optional<String> gold;
  private final String[] groups;
  private final double chance;
  private final Map<String, Map<String, Score>> scores = new LinkedHashMap<>();

  /**
   * Reads a question.
   *
   * @param row of {@link QuestionTable#SCHEMA}
   */
  QuestionScores(Row row, Scores.Profiles profiles) {
    benchmark = row.getString(0);
    split = row.getString(1);
    id = row.getString(2);
    imageId = row.getString(3);
    rules = Benchmarks.named(benchmark);
    reference =
        new Reference(
            row.getString(4),
            row.getString(5),
            row.isNullAt(6) ? List.of() : row.getList(6),
            row.isNullAt(7) ? List.of() : row.getList(7),
            row.isNullAt(8) ? Map.of() : row.getJavaMap(8));
    gold = rules.gold(reference);
    String names = reference.extra().getOrDefault(BenchmarkQuestion.GROUPS, "");
    groups = names.isEmpty() ? new String[0] : names.split("\n");
    chance = gold.isPresent() ? rules.chance(reference) : 0;
    profiles.of(rules).forEach(profile -> scores.put(profile, new HashMap<>()));
  }

  /**
   * Adds the scores of one answer, a row of {@link Table#SCORES} per profile. Adds nothing for
   * another question's answer, or if this question has no reference answer.
   *
   * @param answer row of {@link Scores#ANSWERS}
   */
  void score(Row answer, List<Row> rows) {
    if (gold.isEmpty()
        || !id.equals(answer.getString(5))
        || !split.equals(answer.getString(3))
        || !benchmark.equals(answer.getString(2))) {
      return;
    }
    scores.forEach(
        (profile, known) -> {
          if (!answer.isNullAt(7)) {
            rows.add(row(answer, profile, null, false, 0.0));
          } else if (answer.isNullAt(6)) {
            rows.add(row(answer, profile, null, false, null));
          } else {
            Score score =
                known.computeIfAbsent(
                    answer.getString(6), text -> rules.score(profile, text, reference));
            rows.add(row(answer, profile, score.parsed(), score.unparsed(), score.value()));
          }
        });
  }

  private Row row(Row answer, String profile, String parsed, boolean unparsed, Double score) {
    return RowFactory.create(
        answer.getString(0),
        benchmark,
        split,
        answer.getString(4),
        id,
        profile,
        parsed,
        gold.orElseThrow(),
        unparsed,
        score,
        answer.getString(1),
        imageId,
        reference.category(),
        groups,
        reference.extra().get(BenchmarkQuestion.UNIT),
        answer.getString(8),
        chance);
  }
}
