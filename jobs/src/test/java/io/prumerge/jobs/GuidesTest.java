package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guides of {@code jobs/guides}. {@link ReferenceCommandTest} parses their blocks, and {@code
 * GuidesIT} runs them.
 */
class GuidesTest {

  private static final Path ROOT = PageCommands.ROOT;
  private static final int MOST_WORDS = 700;

  static List<Path> guides() throws IOException {
    return PageCommands.pagesBelow(ROOT.resolve("jobs/guides"));
  }

  @ParameterizedTest
  @MethodSource("guides")
  void areShortAndBeginWithACommand(Path guide) throws IOException {
    assertThat(Files.readString(guide).strip().split("\\s+")).hasSizeLessThanOrEqualTo(MOST_WORDS);
    assertThat(PageCommands.blocks(guide).get(0).info()).isEqualTo("sh");
  }

  @ParameterizedTest
  @MethodSource("guides")
  void showJavaThatTestsRun(Path guide) throws IOException {
    String code =
        Files.readString(ROOT.resolve("jobs/src/test/java/io/prumerge/ApiExamples.java"))
            .replace("\n    ", "\n");
    assertThat(PageCommands.blocks(guide))
        .filteredOn(block -> block.info().equals("java"))
        .allSatisfy(block -> assertThat(code).contains(block.text()));
  }

  /** Spark's default there is a Derby database in the working folder. */
  @ParameterizedTest
  @MethodSource("guides")
  void callSparkSqlWithoutAMetastore(Path guide) throws IOException {
    assertThat(PageCommands.blocks(guide))
        .filteredOn(block -> block.text().startsWith("spark-sql "))
        .allSatisfy(
            block ->
                assertThat(block.text())
                    .contains("--conf spark.sql.catalogImplementation=in-memory"));
  }
}
