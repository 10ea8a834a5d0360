package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferenceCommandTest {

  private static final Path PAGE =
      Path.of(System.getProperty("project.root"), "conf", "commands.md");

  @Test
  void theCommittedPageIsWhatTheCodeSays() throws IOException {
    CommandLineRun run = CommandLineRun.of("generate-reference");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .as("run: ... generate-reference > conf/commands.md")
        .isEqualTo(Files.readString(PAGE));
    assertThat(run.out())
        .contains("\n## prumerge-spark\n", "\n## sweep\n", "--dry-run")
        .doesNotContain("## generate-");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
  }
}
