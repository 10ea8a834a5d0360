package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units that are right together, where some of their rows are not asked. The model says yes. */
@Tag("spark")
class IncompleteUnitsTest {

  private static final Path WAVE =
      Path.of(System.getProperty("project.root"), "jobs", "src", "test", "resources", "wave5");

  @TempDir private Path folder;

  private EndpointServer server;

  @BeforeEach
  void start() throws IOException {
    LocalSpark.session();
    server = new EndpointServer(EndpointServer.YES);
    Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < 12; i++) {
      var image = new java.awt.image.BufferedImage(24 + i, 24, 1);
      ImageIO.write(image, "png", folder.resolve("photos/" + i + ".png").toFile());
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private CommandLineRun run(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private CommandLineRun evaluate(String... more) {
    return run(
        Stream.of(
                new String[] {"evaluate", "--model", server.model(), "--method", "none"},
                new String[] {"--max-error-rate", "1", "--output", path("run")},
                more)
            .flatMap(Stream::of)
            .toArray(String[]::new));
  }

  private Row figure(String table, String benchmark, String metric) {
    return LocalSpark.session()
        .read()
        .parquet(path(table))
        .where("category = 'all' AND benchmark = '%s'".formatted(benchmark))
        .where("metric = '%s'".formatted(metric))
        .select("value", "n", "caveat")
        .first();
  }

  private Row pairs(String benchmark) {
    return figure("run/report/metrics", benchmark, "pairs");
  }

  /**
   * Writes a benchmark, and questions whose right answer is yes, but for those that end with "no".
   * Its pairs are units.
   */
  private String benchmark(String name, String columns, String units, List<String> rows)
      throws IOException {
    return benchmark(name, columns, units, "pairs: {statistic: units}", rows);
  }

  private String benchmark(
      String name, String columns, String units, String figures, List<String> rows)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("id,photo,question,answer," + columns);
    for (int i = 0; i < rows.size(); i++) {
      lines.add(i + "," + i % 12 + ".png,Q?," + rows.get(i));
    }
    Files.write(folder.resolve(name + ".csv"), lines);
    Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        name: %1$s
        data: %1$s.csv
        images: [photos]
        columns: {id: id, image: photo, question: question, answers: answer, %2$s}
        score: {y: {rule: yes-no}}
        figures: {accuracy: {statistic: mean}, %3$s}
        """
            .formatted(name, units, figures));
    return path(name + ".yaml");
  }

  /**
   * Of one, a row is left out, since its answer is neither, and a row has no answer to compare
   * with; of the kinds of one, pictures are whole, and the pairs that need another picture are not.
   */
  @Test
  void unitsOfWhichARowIsNoQuestionAreLeftOutAndCounted() throws IOException {
    for (String name : List.of("units.csv", "units.yaml", "units.answers.csv")) {
      Files.copy(WAVE.resolve(name), folder.resolve(name));
    }
    Files.copy(folder.resolve("photos/0.png"), folder.resolve("photos/a.png"));
    String caveat = "2 of 3 units are left out: not all of their rows were asked";
    String splits =
        benchmark(
            "splits",
            "u,part",
            "unit: u, split: part",
            List.of("yes,p0,test", "yes,p0,val", "yes,p1,test", "yes,p1,test"));
    String kinds =
        benchmark(
            "kinds",
            "s,n",
            "units: {pair: [s, n], set: [s]}",
            "pairs: {statistic: units, unit: pair}, sets: {statistic: units, unit: set}",
            List.of("yes,a,1", "yes,a,1", "yes,a,2", "what,a,2", "yes,b,1", "yes,b,1", "yes,b,2"));
    String unread =
        benchmark("unread", "u", "unit: u", List.of("yes,p0", "yes,p0", "yes,p1", "yes", "yes,p2"));

    evaluate("--benchmark", path("units.yaml"), splits, kinds, unread);
    assertThat(pairs("units").getDouble(0)).as("of p2 alone").isZero();
    assertThat(pairs("units").getString(2)).contains(caveat);
    CommandLineRun scored =
        run(
            "score",
            "--benchmark",
            path("units.yaml"),
            "--answers",
            path("units.answers.csv"),
            "--output",
            path("scored"));
    assertThat(figure("scored/metrics", "units", "pairs").getDouble(0)).isZero();
    assertThat(figure("scored/metrics", "units", "pairs").getString(2)).contains(caveat);
    assertThat(scored.err()).contains("pairs: " + caveat);

    assertThat(pairs("splits").getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs("splits").getLong(1)).as("numbered anew in each split").isEqualTo(3);
    assertThat(pairs("splits").isNullAt(2)).isTrue();

    assertThat(pairs("kinds").getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs("kinds").getString(2)).contains("1 of 4 units is left out");
    Row sets = figure("run/report/metrics", "kinds", "sets");
    assertThat(sets.getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(sets.getString(2)).contains("1 of 2 units is left out");

    assertThat(pairs("unread").getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs("unread").getString(2))
        .contains("units may lack rows that could not be read, whose unit is not known");
  }

  private static List<String> quads() {
    // The rows of a quad are 3 apart; the last of the second one is wrong.
    return IntStream.range(0, 12).mapToObj(i -> (i == 10 ? "no" : "yes") + ",p" + i % 3).toList();
  }

  /** Where all hangs together, a limit cuts units, and these have no figure. */
  @Test
  void aLimitTakesWholeUnitsUnlessTheyHangTogetherWithoutEnd() throws IOException {
    String quads = benchmark("quads", "u", "unit: u", quads());
    String endless =
        benchmark(
            "endless",
            "u",
            "unit: u",
            IntStream.range(0, 120).mapToObj(i -> "yes,p" + (i < 110 ? 0 : 1)).toList());

    evaluate("--benchmark", quads, endless, "--limit", "5");
    assertThat(pairs("quads").getDouble(0)).isEqualTo(50, within(1e-9));
    assertThat(pairs("quads").getLong(1)).isEqualTo(8);
    assertThat(pairs("quads").getString(2))
        .isEqualTo("4 of 12 questions are beyond the limit and not in n");
    assertThat(server.asked).as("8, and pictures are whole").hasSizeBetween(8 + 5, 8 + 20);
    assertThat(pairs("endless").isNullAt(0)).isTrue();
    assertThat(pairs("endless").getString(2))
        .contains("1 of 1 unit is left out: not all of its rows were asked");
  }

  @Test
  void aLimitOfPrepareTakesWholeUnits() throws IOException {
    String file = benchmark("quads", "u", "unit: u", quads());

    CommandLineRun prepared =
        run("prepare", "--benchmark", file, "--limit", "1", "--output", path("examples"));
    assertThat(prepared.out()).contains("4 images, 4 questions");
    evaluate("--examples", path("examples"));
    assertThat(pairs("quads").getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs("quads").getString(2))
        .endsWith(" questions are beyond the limit and not in n")
        .doesNotContain("unit");
  }
}
