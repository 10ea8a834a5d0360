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

  private Row figure(String table, String metric) {
    return LocalSpark.session()
        .read()
        .parquet(path(table))
        .where("category = 'all' AND metric = '" + metric + "'")
        .select("value", "n", "caveat")
        .first();
  }

  private Row pairs() {
    return figure("run/report/metrics", "pairs");
  }

  /** Writes questions whose right answer is yes, but for those that end with "no". */
  private void questions(String columns, List<String> rows) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("id,photo,question,answer," + columns);
    for (int i = 0; i < rows.size(); i++) {
      lines.add(i + "," + i % 12 + ".png,Q?," + rows.get(i));
    }
    Files.write(folder.resolve("q.csv"), lines);
  }

  private String yaml(String units, String figures) throws IOException {
    Files.writeString(
        folder.resolve("q.yaml"),
        """
        name: quads
        data: q.csv
        images: [photos]
        columns: {id: id, image: photo, question: question, answers: answer, %s}
        score: {y: {rule: yes-no}}
        figures: {accuracy: {statistic: mean}, %s}
        """
            .formatted(units, figures));
    return path("q.yaml");
  }

  /** A row is left out, since its answer is neither, and a row has no answer to compare with. */
  @Test
  void aUnitOfWhichARowIsNoQuestionIsLeftOutAndCounted() throws IOException {
    for (String name : List.of("units.csv", "units.yaml", "units.answers.csv")) {
      Files.copy(WAVE.resolve(name), folder.resolve(name));
    }
    Files.copy(folder.resolve("photos/0.png"), folder.resolve("photos/a.png"));
    String caveat = "2 of 3 units are left out: not all of their rows were asked";

    evaluate("--benchmark", path("units.yaml"));
    assertThat(pairs().getDouble(0)).as("of p2 alone").isZero();
    assertThat(pairs().getString(2)).contains(caveat);
    CommandLineRun scored =
        run(
            "score",
            "--benchmark",
            path("units.yaml"),
            "--answers",
            path("units.answers.csv"),
            "--output",
            path("scored"));
    assertThat(figure("scored/metrics", "pairs").getDouble(0)).isZero();
    assertThat(figure("scored/metrics", "pairs").getString(2)).contains(caveat);
    assertThat(scored.err()).contains("pairs: " + caveat);
  }

  private static List<String> quads() {
    // The rows of a quad are 3 apart; the last of the second one is wrong.
    return IntStream.range(0, 12).mapToObj(i -> (i == 10 ? "no" : "yes") + ",p" + i % 3).toList();
  }

  @Test
  void aLimitTakesWholeUnits() throws IOException {
    questions("u", quads());
    String file = yaml("unit: u", "pairs: {statistic: units}");

    evaluate("--benchmark", file, "--limit", "5");
    assertThat(server.asked).hasSize(8);
    assertThat(pairs().getDouble(0)).isEqualTo(50, within(1e-9));
    assertThat(pairs().getLong(1)).isEqualTo(8);
    assertThat(pairs().getString(2))
        .isEqualTo("4 of 12 questions are beyond the limit and not in n");
  }

  @Test
  void aLimitOfPrepareTakesWholeUnits() throws IOException {
    questions("u", quads());
    String file = yaml("unit: u", "pairs: {statistic: units}");

    CommandLineRun prepared =
        run("prepare", "--benchmark", file, "--limit", "1", "--output", path("examples"));
    assertThat(prepared.out()).contains("4 images, 4 questions");
    evaluate("--examples", path("examples"));
    assertThat(pairs().getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs().getString(2))
        .endsWith(" questions are beyond the limit and not in n")
        .doesNotContain("unit");
  }

  /** Where all hangs together, a limit cuts units, and these have no figure. */
  @Test
  void aLimitCutsWhatHangsTogetherWithoutEnd() throws IOException {
    questions("u", IntStream.range(0, 120).mapToObj(i -> "yes,p" + (i < 110 ? 0 : 1)).toList());
    String file = yaml("unit: u", "pairs: {statistic: units}");

    evaluate("--benchmark", file, "--limit", "15");
    assertThat(server.asked).as("pictures are whole").hasSizeBetween(15, 30);
    assertThat(pairs().isNullAt(0)).isTrue();
    assertThat(pairs().getString(2))
        .contains("1 of 1 unit is left out: not all of its rows were asked");
  }

  @Test
  void unitsMayBeNumberedAnewInEachSplit() throws IOException {
    questions("u,part", List.of("yes,p0,test", "yes,p0,val", "yes,p1,test", "yes,p1,test"));
    String file = yaml("unit: u, split: part", "pairs: {statistic: units}");

    evaluate("--benchmark", file);
    assertThat(pairs().getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs().getLong(1)).isEqualTo(3);
    assertThat(pairs().isNullAt(2)).isTrue();
  }

  /** Pictures are whole, and the pairs that need another picture are not. */
  @Test
  void kindsOfUnitsAreLeftOutByThemselves() throws IOException {
    questions(
        "s,n",
        List.of("yes,a,1", "yes,a,1", "yes,a,2", "what,a,2", "yes,b,1", "yes,b,1", "yes,b,2"));
    String file =
        yaml(
            "units: {pair: [s, n], set: [s]}",
            "pairs: {statistic: units, unit: pair}, sets: {statistic: units, unit: set}");

    evaluate("--benchmark", file);
    assertThat(pairs().getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs().getString(2)).contains("1 of 4 units is left out");
    Row sets = figure("run/report/metrics", "sets");
    assertThat(sets.getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(sets.getString(2)).contains("1 of 2 units is left out");
  }

  @Test
  void aRowWhoseUnitCannotBeReadIsSaid() throws IOException {
    questions("u", List.of("yes,p0", "yes,p0", "yes,p1", "yes", "yes,p2"));
    String file = yaml("unit: u", "pairs: {statistic: units}");

    evaluate("--benchmark", file);
    assertThat(pairs().getDouble(0)).isEqualTo(100, within(1e-9));
    assertThat(pairs().getString(2))
        .contains("units may lack rows that could not be read, whose unit is not known");
  }
}
