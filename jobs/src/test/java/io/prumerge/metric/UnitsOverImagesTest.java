package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions in units of two kinds, over several images, against the definitions. */
@Tag("spark")
class UnitsOverImagesTest {

  private static final String BENCHMARK =
      """
      name: pairs
      data: pairs.csv
      images: photos
      columns:
        image: image
        question: question
        answers: answer
        category: kind
        units: {pair: [kind, pair], picture: [image]}
      score: {words: {rule: yes-no}}
      figures:
        all: {statistic: mean}
        pairs: {statistic: units, unit: pair}
        pictures: {statistic: units, unit: picture}
      """;

  private record Asked(String image, String kind, int pair, boolean right) {}

  @TempDir private Path folder;

  private List<Asked> write(Random random) throws IOException {
    List<Asked> questions = new ArrayList<>();
    StringBuilder data = new StringBuilder("image,question,answer,kind,pair\n");
    StringBuilder answers = new StringBuilder("question_id,text\n");
    for (int i = 0; i < 60; i++) {
      Asked asked =
          new Asked(
              "p" + random.nextInt(40) + ".png",
              random.nextBoolean() ? "a" : "b",
              random.nextInt(20),
              random.nextInt(4) > 0);
      questions.add(asked);
      data.append(
          "%s,Is it?,%s,%s,%s%n"
              .formatted(asked.image(), i % 2 == 0 ? "yes" : "no", asked.kind(), asked.pair()));
      answers.append("%s,%s%n".formatted(i + 1, (i % 2 == 0) == asked.right() ? "Yes." : "No."));
    }
    Files.writeString(folder.resolve("pairs.yaml"), BENCHMARK);
    Files.writeString(folder.resolve("pairs.csv"), data);
    Files.writeString(folder.resolve("answers.csv"), answers);
    Files.createDirectory(folder.resolve("photos"));
    return questions;
  }

  private static double share(List<Asked> questions, Function<Asked, Object> unit) {
    Map<Object, Boolean> units =
        questions.stream()
            .collect(Collectors.toMap(unit, Asked::right, (one, other) -> one && other));
    return 100.0 * units.values().stream().filter(right -> right).count() / units.size();
  }

  /** Images that a pair is about are one cluster, until nothing changes. */
  private static long clusters(List<Asked> questions) {
    Map<String, Integer> clusters = new HashMap<>();
    questions.forEach(one -> clusters.putIfAbsent(one.image(), clusters.size()));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Asked one : questions) {
        for (Asked other : questions) {
          boolean joined = one.kind().equals(other.kind()) && one.pair() == other.pair();
          if (joined && clusters.get(one.image()) < clusters.get(other.image())) {
            clusters.put(other.image(), clusters.get(one.image()));
            changed = true;
          }
        }
      }
    }
    return clusters.values().stream().distinct().count();
  }

  @Test
  void areCountedByKindAndClusteredTogether() throws IOException {
    List<Asked> questions = write(new Random(7));
    Path output = folder.resolve("out");

    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--benchmark",
            folder.resolve("pairs.yaml").toString(),
            "--answers",
            folder.resolve("answers.csv").toString(),
            "--output",
            output.toString());

    assertThat(run.code()).as(run.err()).isZero();
    Map<String, Row> figures =
        Metric.TABLE
            .read(LocalSpark.session(), List.of(output.resolve("metrics").toString()))
            .where("category = 'all'")
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(row -> row.getAs("metric"), row -> row));
    assertThat(figures.get("all").<Double>getAs("value"))
        .isCloseTo(
            100.0 * questions.stream().filter(Asked::right).count() / questions.size(),
            within(1e-9));
    assertThat(figures.get("pairs").<Double>getAs("value"))
        .isCloseTo(share(questions, one -> one.kind() + one.pair()), within(1e-9));
    assertThat(figures.get("pictures").<Double>getAs("value"))
        .isCloseTo(share(questions, Asked::image), within(1e-9));
    long clusters = clusters(questions);
    assertThat(clusters).isBetween(2L, 30L);
    figures.values().forEach(row -> assertThat(row.<Long>getAs("n_clusters")).isEqualTo(clusters));
  }
}
