package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.tally.SharedImages;
import io.prumerge.score.Scores;
import io.prumerge.source.ImagePlace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clusters of questions about several images, against the definition. */
@Tag("spark")
class SharedImagesTest {

  /**
   * A question.
   *
   * @param place benchmark and split
   * @param hash of its image, or of all of them; null if one is missing
   */
  private record Asked(String id, String place, List<String> images, String hash) {

    String imageId() {
      return images.size() == 1
          ? images.get(0)
          : new ImagePlace.Several(
                  images.stream().<ImagePlace>map(ImagePlace.InFolder::new).toList())
              .id();
    }

    /** Whether both are about one image, or name the same one where one of them names several. */
    boolean shares(Asked other) {
      boolean sameHash = hash != null && hash.equals(other.hash);
      boolean sameName =
          hash == null
              && other.hash == null
              && benchmark().equals(other.benchmark())
              && images.equals(other.images);
      boolean inSet =
          (images.size() > 1 || other.images.size() > 1)
              && place.equals(other.place)
              && !Collections.disjoint(images, other.images);
      return sameHash || sameName || inSet;
    }

    String benchmark() {
      return place.split("/")[0];
    }

    Row answer(boolean right) {
      return Rows.prediction(
          "benchmark",
          benchmark(),
          "split",
          place.split("/")[1],
          "image_id",
          imageId(),
          "image_sha256",
          hash,
          "question_id",
          id,
          "answer",
          right ? "yes" : "no",
          "flops_total",
          right ? 7L : 3L);
    }
  }

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  /** The definition: of two neighbours the one takes the other's cluster, until nothing changes. */
  private static Map<Asked, Integer> slow(List<Asked> questions) {
    Map<Asked, Integer> clusters = new HashMap<>();
    questions.forEach(question -> clusters.put(question, clusters.size()));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Asked one : questions) {
        for (Asked other : questions) {
          if (clusters.get(one) < clusters.get(other) && one.shares(other)) {
            clusters.put(other, clusters.get(one));
            changed = true;
          }
        }
      }
    }
    return clusters;
  }

  /** Pairs and triples, single images, names that JSON escapes, missing images, two splits. */
  private static List<Asked> questions(Random random, int images) {
    List<Asked> questions = new ArrayList<>();
    String[] places = {"pope/test", "pope/val", "mme/test"};
    for (int i = 0; i < 90; i++) {
      int size = 1 + random.nextInt(3);
      Set<String> names = new HashSet<>();
      while (names.size() < size) {
        int image = random.nextInt(images);
        names.add(image % 5 == 0 ? "ü \\\"" + image + ".png" : "i" + image + ".png");
      }
      String place = places[random.nextInt(3)];
      String seen = place.startsWith("pope") ? "pope" : "mme";
      String hash = random.nextInt(8) == 0 ? null : size == 1 ? "x" + names : seen + names;
      questions.add(new Asked("q" + i, place, List.copyOf(names), hash));
    }
    return questions;
  }

  @Test
  void areTheConnectedPartsOfAllSets() {
    for (int seed = 0; seed < 4; seed++) {
      List<Asked> questions = questions(new Random(seed), 60 + 60 * seed);
      List<Row> rows = questions.stream().map(question -> question.answer(true)).toList();

      Map<String, Long> found =
          SharedImages.clustered(Rows.predictions(rows).repartition(3)).collectAsList().stream()
              .collect(
                  Collectors.toMap(
                      row -> row.getAs("question_id"), row -> row.<Long>getAs("cluster")));

      assertThat(found).hasSize(questions.size());
      Map<Asked, Integer> clusters = slow(questions);
      Set<List<Object>> pairs = new HashSet<>();
      clusters.forEach((question, cluster) -> pairs.add(List.of(cluster, found.get(question.id))));
      int expected = new HashSet<>(clusters.values()).size();
      assertThat(expected).as("some are joined").isLessThan(questions.size());
      assertThat(pairs).as("one name for each cluster").hasSize(expected);
      assertThat(new HashSet<>(found.values())).hasSize(expected);
    }
  }

  @Test
  void standardErrorsAreClusteredByThem() {
    Random random = new Random(5);
    List<Asked> questions = questions(random, 200);
    questions.removeIf(question -> !question.place.equals("pope/test"));
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    Map<Integer, Double> residuals = new HashMap<>();
    Map<Asked, Integer> clusters = slow(questions);
    List<Boolean> right =
        questions.stream().map(question -> clusters.get(question) % 3 > 0).toList();
    double mean = right.stream().mapToInt(one -> one ? 1 : 0).average().orElseThrow();
    for (int i = 0; i < questions.size(); i++) {
      rows.add(questions.get(i).answer(right.get(i)));
      references.addAll(List.of(questions.get(i).id, "yes"));
      double residual = ((right.get(i) ? 1 : 0) - mean) / questions.size();
      residuals.merge(clusters.get(questions.get(i)), residual, Double::sum);
    }
    int size = residuals.size();
    double squares = residuals.values().stream().mapToDouble(one -> one * one).sum();

    Dataset<Row> scores =
        new Scores(Benchmarks.KNOWN)
            .of(
                Rows.predictions(rows),
                Rows.questions(rows, references.toArray(String[]::new)),
                Benchmark.OFFICIAL);
    Metric accuracy =
        Metrics.of(scores, Few.REPLICATES).metrics().stream()
            .filter(metric -> metric.category().equals("random"))
            .filter(metric -> metric.name().equals("accuracy"))
            .findFirst()
            .orElseThrow();

    assertThat(size).isLessThan(questions.size());
    assertThat(accuracy.counts().clusters()).isEqualTo(size);
    assertThat(accuracy.value().orElseThrow()).isCloseTo(100 * mean, within(1e-9));
    assertThat(accuracy.stderr().orElseThrow())
        .isCloseTo(100 * Math.sqrt(squares * size / (size - 1.0)), within(1e-9));
  }

  /** A chain is followed to its end, however long it is. */
  @Test
  void aChainIsOneCluster() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int place = (i * 211) % 500;
      List<String> pair = List.of("i" + place, "i" + (place + 1));
      rows.add(new Asked("q" + i, "pope/test", pair, "h" + i).answer(true));
    }

    Dataset<Row> clustered = SharedImages.clustered(Rows.predictions(rows).repartition(4));

    assertThat(clustered.select("cluster").distinct().count()).isEqualTo(1);
    assertThat(clustered.count()).isEqualTo(500);
  }
}
