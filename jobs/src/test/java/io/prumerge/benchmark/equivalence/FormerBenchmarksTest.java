package io.prumerge.benchmark.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Published benchmarks that were classes in 4b7ee902 and are files now read, word, score, hand in
 * and hash as they did, whose values are kept in {@code runs/4b7ee902/benchmarks.tsv}, so that its
 * runs are resumed and compared.
 */
@Tag("spark")
class FormerBenchmarksTest {

  private static final Path KEPT =
      Path.of(
          System.getProperty("project.root"),
          "jobs/src/test/resources/runs/4b7ee902/benchmarks.tsv");

  private static final List<String> NAMES = List.of("gqa", "pope", "vizwiz");

  @TempDir private Path folder;

  private static List<String> kept(String benchmark, String what) throws IOException {
    List<String> kept = new ArrayList<>();
    for (String line : Files.readAllLines(KEPT)) {
      if (line.startsWith(benchmark + "\t") && line.split("\t")[3].matches(what + " .*")) {
        kept.add(line);
      }
    }
    assertThat(kept).isNotEmpty();
    return kept;
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void readsAndScoresTheSame(String benchmark) throws IOException {
    assertThat(new FormerBenchmarks(folder).readings(benchmark))
        .containsExactlyElementsOf(kept(benchmark, "(read|scored)"));
  }

  @ParameterizedTest
  @Tag("soak")
  @FieldSource("NAMES")
  void tablesHaveTheSameHashes(String benchmark) throws IOException {
    FormerBenchmarks now = new FormerBenchmarks(folder);
    for (String line : kept(benchmark, "table")) {
      assertThat(now.table(line, LocalSpark.session())).isEqualTo(line);
    }
  }

  /**
   * Returns the layouts of which figures are kept, as they follow from questions and scores, which
   * are kept of all: one of files and one of Parquet.
   */
  private static List<Layout> layouts(String benchmark) {
    List<Layout> all = Layout.of(benchmark);
    Stream<Layout> hub =
        all.stream().filter(layout -> layout.name().startsWith("the hub")).limit(1);
    return Stream.concat(Stream.of(all.get(0)), hub).toList();
  }

  @ParameterizedTest
  @Tag("slow")
  @FieldSource("NAMES")
  void figuresAndSubmissionsAreTheSame(String benchmark) throws IOException {
    assertThat(new FormerBenchmarks(folder).figures(layouts(benchmark), LocalSpark.session()))
        .containsExactlyElementsOf(kept(benchmark, "figures"));
  }

  /**
   * Writes the values of this version with {@code -Dtest=FormerBenchmarksTest -Dformer.write=true}.
   * Those kept were written so in a work tree of 4b7ee902, with this package copied there.
   */
  @Test
  @EnabledIfSystemProperty(named = "former.write", matches = "true")
  void write() throws IOException {
    FormerBenchmarks former = new FormerBenchmarks(folder);
    List<String> lines = new ArrayList<>();
    lines.add(
        "# What 4b7ee902 makes of the files of io.prumerge.benchmark.equivalence; written by");
    lines.add("# mvn test -pl jobs -am -Dtest=FormerBenchmarksTest#write -Dformer.write=true");
    lines.add("# with these columns: benchmark, layout, split (empty: the default), what, value");
    for (String name : NAMES) {
      lines.addAll(former.readings(name));
    }
    Files.write(KEPT, lines);
    for (String name : NAMES) {
      lines.addAll(former.figures(layouts(name), LocalSpark.session()));
    }
    Files.write(KEPT, lines);
    for (String name : NAMES) {
      lines.addAll(former.tables(name, LocalSpark.session()));
    }
    Files.write(KEPT, lines);
  }
}
