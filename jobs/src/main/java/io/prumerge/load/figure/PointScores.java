package io.prumerge.load.figure;

import io.prumerge.statistics.ClusterSums;
import io.prumerge.statistics.ClusteredRatio;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The scores of a point's questions, whichever phase they were asked in: an answer is not worth
 * less because its time is not measured. A picture is one cluster.
 */
final class PointScores {

  /**
   * A question's mean over the point's repeats.
   *
   * @param cluster its picture, or itself
   * @param answered its answers by repeat
   */
  private record Scored(String cluster, double score, Map<Integer, LoadRow> answered) {}

  /**
   * What two points answered to a question, in the repeats in which both did: errors are no noise
   * of answers.
   *
   * @param change mean score less the other's
   * @param changed whether an answer is another one
   */
  private record AnsweredTwice(String cluster, double change, boolean changed) {}

  private final Map<String, Scored> questions = new HashMap<>();
  private final List<LoadRow> scored;

  PointScores(PointRequests requests) {
    boolean any = requests.all().stream().anyMatch(LoadRow::isAnswered);
    scored =
        any ? requests.all().stream().filter(row -> row.score().isPresent()).toList() : List.of();
    scored.stream()
        .collect(Collectors.groupingBy(row -> row.question().questionId()))
        .forEach((id, rows) -> questions.put(id, question(rows)));
  }

  private static Scored question(List<LoadRow> rows) {
    return new Scored(
        cluster(rows.get(0)),
        rows.stream().mapToDouble(row -> row.score().getAsDouble()).average().orElse(0),
        rows.stream()
            .filter(LoadRow::isAnswered)
            .collect(Collectors.toMap(row -> row.series().repeat(), row -> row)));
  }

  private static String cluster(LoadRow row) {
    return row.question().imageId().orElse(row.question().questionId());
  }

  /** Returns the number of requests that have a score. */
  int count() {
    return scored.size();
  }

  /** Returns the mean over requests; empty without scores. */
  Optional<ClusteredRatio> mean() {
    Map<String, ClusterSums> clusters = new HashMap<>();
    for (LoadRow row : scored) {
      add(clusters, cluster(row), row.score().getAsDouble(), 1);
    }
    return ClusteredRatio.of(clusters.values());
  }

  /** Returns the mean over another point's on the questions of both; empty if that is 0. */
  Optional<ClusteredRatio> over(PointScores other) {
    Map<String, ClusterSums> clusters = new HashMap<>();
    questions.forEach(
        (id, own) -> {
          Scored base = other.questions.get(id);
          if (base != null) {
            add(clusters, own.cluster, own.score, base.score);
          }
        });
    return ClusteredRatio.of(clusters.values());
  }

  /** Returns the mean less another point's on the answers of both; empty without any. */
  Optional<ClusteredRatio> less(PointScores other) {
    Map<String, ClusterSums> clusters = new HashMap<>();
    answeredTwice(other).forEach(both -> add(clusters, both.cluster, both.change, 1));
    return ClusteredRatio.of(clusters.values());
  }

  /** Returns the share of the questions that both points answered whose answers are others. */
  OptionalDouble changed(PointScores other) {
    return answeredTwice(other).stream().mapToInt(both -> both.changed ? 1 : 0).average();
  }

  private List<AnsweredTwice> answeredTwice(PointScores other) {
    List<AnsweredTwice> all = new ArrayList<>();
    questions.forEach(
        (id, own) -> {
          Scored base = other.questions.get(id);
          List<Integer> repeats =
              base == null
                  ? List.of()
                  : own.answered.keySet().stream().filter(base.answered::containsKey).toList();
          if (!repeats.isEmpty()) {
            all.add(
                new AnsweredTwice(
                    own.cluster,
                    mean(own, repeats) - mean(base, repeats),
                    repeats.stream()
                        .anyMatch(
                            repeat ->
                                !own.answered
                                    .get(repeat)
                                    .answer()
                                    .equals(base.answered.get(repeat).answer()))));
          }
        });
    return all;
  }

  private static double mean(Scored question, List<Integer> repeats) {
    return repeats.stream()
        .mapToDouble(repeat -> question.answered.get(repeat).score().orElseThrow())
        .average()
        .orElseThrow();
  }

  private static void add(
      Map<String, ClusterSums> clusters, String cluster, double part, double whole) {
    clusters.merge(cluster, new ClusterSums(part, whole), ClusterSums::plus);
  }
}
