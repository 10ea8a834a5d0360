package io.prumerge.load;

import io.prumerge.statistics.ClusterSums;
import io.prumerge.statistics.ClusteredRatio;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleBiFunction;

/**
 * The scores of a point's questions, whichever phase they were asked in: an answer is not worth
 * less because its time is not measured. A picture is one cluster.
 */
final class PointScores {

  /**
   * A question's mean over the point's repeats.
   *
   * @param cluster its picture, or itself
   */
  private record Scored(String cluster, double score, List<String> answers) {}

  private final Map<String, Scored> questions = new HashMap<>();
  private final List<LoadRow> scored;

  PointScores(PointRequests requests) {
    scored = requests.all().stream().filter(row -> row.score().isPresent()).toList();
    Map<String, List<LoadRow>> byQuestion = new HashMap<>();
    for (LoadRow row : scored) {
      byQuestion.computeIfAbsent(row.question().questionId(), absent -> new ArrayList<>()).add(row);
    }
    byQuestion.forEach(
        (id, rows) ->
            questions.put(
                id,
                new Scored(
                    cluster(rows.get(0)),
                    rows.stream().mapToDouble(row -> row.score().getAsDouble()).average().orElse(0),
                    answers(rows))));
  }

  private static String cluster(LoadRow row) {
    return Objects.requireNonNullElse(row.question().imageId(), row.question().questionId());
  }

  /** Returns a question's answers by repeat; null of an error. */
  private static List<String> answers(List<LoadRow> rows) {
    List<String> answers = new ArrayList<>();
    rows.forEach(row -> answers.add(row.answer()));
    return answers;
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
    return ClusteredRatio.of(paired(other, (own, base) -> own.score, (own, base) -> base.score));
  }

  /** Returns the mean less another point's on the questions of both; empty without any. */
  Optional<ClusteredRatio> less(PointScores other) {
    return ClusteredRatio.of(
        paired(other, (own, base) -> own.score - base.score, (own, base) -> 1));
  }

  /** Returns the share of questions whose answers are other than another point's. */
  OptionalDouble changed(PointScores other) {
    return questions.keySet().stream()
        .filter(other.questions::containsKey)
        .mapToInt(id -> questions.get(id).answers.equals(other.questions.get(id).answers) ? 0 : 1)
        .average();
  }

  private Collection<ClusterSums> paired(
      PointScores other,
      ToDoubleBiFunction<Scored, Scored> part,
      ToDoubleBiFunction<Scored, Scored> whole) {
    Map<String, ClusterSums> clusters = new HashMap<>();
    questions.forEach(
        (id, own) -> {
          Scored base = other.questions.get(id);
          if (base != null) {
            add(
                clusters,
                own.cluster,
                part.applyAsDouble(own, base),
                whole.applyAsDouble(own, base));
          }
        });
    return clusters.values();
  }

  private static void add(
      Map<String, ClusterSums> clusters, String cluster, double part, double whole) {
    clusters.merge(cluster, new ClusterSums(part, whole), ClusterSums::plus);
  }
}
