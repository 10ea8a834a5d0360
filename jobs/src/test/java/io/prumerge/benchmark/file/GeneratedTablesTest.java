package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import io.prumerge.source.RowCounts;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads random files of one format, up to three for one benchmark, and compares every question and
 * every count with {@link GeneratedTable}. Sizes lie around the first 100 rows of JSON, whose keys
 * are its columns.
 */
class GeneratedTablesTest {

  private static final String YAML =
      "name: x\ndata: x\ncolumns: {id: id, question: question, answers: answer, category: kind}\n"
          + "score: {e: {rule: exact}}\n";

  @TempDir private Path folder;

  @Test
  void aFewHundredAreReadAsTheyWereWritten() throws IOException {
    read(1, 400);
  }

  @Test
  @Tag("soak")
  void manyAreReadAsTheyWereWritten() throws IOException {
    read(1_000, 40_000);
  }

  private void read(int from, int seeds) throws IOException {
    int fine = 0;
    for (int seed = from; seed < from + seeds; seed++) {
      fine += isRead(seed) ? 1 : 0;
    }
    assertThat(fine).as("read, not refused").isGreaterThan(seeds / 4);
  }

  /** Returns whether the tables are read; false if they are refused, and may be. */
  private boolean isRead(int seed) throws IOException {
    Random random = new Random(seed);
    String format = GeneratedTable.FORMATS.get(seed % GeneratedTable.FORMATS.size());
    List<GeneratedTable> tables = new ArrayList<>();
    int number = 1 + random.nextInt(3);
    for (int i = 0; i < number; i++) {
      tables.add(GeneratedTable.written(folder, i, format, 1000 * i, random));
    }
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(YAML, "x.yaml"), Optional.empty());
    boolean whole = format.equals(".parquet") && random.nextBoolean();
    if (whole) { // as the hub names them
      tables.replaceAll(table -> table.renamed("test-%05d-of-%05d.parquet", number));
    }
    SourceFiles source =
        whole
            ? Reading.source(folder)
            : Reading.source(tables.stream().map(GeneratedTable::file).toArray(Path[]::new));
    List<String> questions = new ArrayList<>();
    String what = "seed " + seed + ", " + number + " x " + format;
    try {
      benchmark.read(
          source,
          benchmark.prompts(Optional.empty()),
          source
              .leftOut()
              .account()
              .counting((BenchmarkQuestion question) -> questions.add(line(question))));
    } catch (UsageException | DataException e) {
      boolean twoTypes = whole && !GeneratedTable.areOfOneType(tables);
      assertThat(twoTypes || tables.stream().anyMatch(GeneratedTable::mayBeRefused))
          .as(what + " is refused: " + e.getMessage())
          .isTrue();
      return false;
    } finally {
      for (GeneratedTable table : tables) {
        Files.delete(table.file());
      }
    }
    assertThat(!whole || GeneratedTable.areOfOneType(tables)).as(what).isTrue();
    assertThat(questions)
        .as(what)
        .isEqualTo(tables.stream().flatMap(table -> table.questions().stream()).toList());
    RowCounts counts = source.leftOut().account().counts();
    assertThat(counts.rows())
        .as(what)
        .isEqualTo(tables.stream().mapToLong(GeneratedTable::all).sum());
    assertThat(counts.leftOut())
        .as(what)
        .isEqualTo(tables.stream().mapToLong(GeneratedTable::leftOut).sum());
    assertThat(counts.closes()).as(what).isTrue();
    return true;
  }

  private static String line(BenchmarkQuestion question) {
    return String.join(
        "|",
        question.id(),
        question.question(),
        question.answers().toString(),
        question.category());
  }
}
