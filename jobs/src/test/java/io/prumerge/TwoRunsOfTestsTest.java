package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A project of two tests whose parent is this build's: one for each run of {@code verify}. */
@Tag("process")
@Tag("slow")
class TwoRunsOfTestsTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <parent>
          <groupId>io.prumerge</groupId>
          <artifactId>prumerge-spark-parent</artifactId>
          <version>%s</version>
          <relativePath>../../../pom.xml</relativePath>
        </parent>
        <artifactId>two-runs</artifactId>
        <dependencies>
          <dependency>
            <groupId>org.junit.jupiter</groupId>
            <artifactId>junit-jupiter</artifactId>
            <scope>test</scope>
          </dependency>
        </dependencies>
      </project>
      """;

  private static final String TEST =
      """
      %sclass %sTest {
        @org.junit.jupiter.api.Test
        void fails() {
          org.junit.jupiter.api.Assertions.assertFalse(System.getenv("FAILING").contains("%2$s"));
        }
      }
      """;

  /** What a build said, and how it ended. */
  private record Build(int code, String printed) {}

  private static Build build(String phase, String failing) throws Exception {
    Path project = Files.createDirectories(ROOT.resolve("jobs/target/two-runs"));
    Path tests = Files.createDirectories(project.resolve("src/test/java"));
    Files.writeString(project.resolve("pom.xml"), POM.formatted(version()));
    Files.writeString(tests.resolve("FirstTest.java"), TEST.formatted("", "First"));
    Files.writeString(
        tests.resolve("SecondTest.java"),
        TEST.formatted("@org.junit.jupiter.api.Tag(\"spark\")\n", "Second"));
    Path log = project.resolve("printed.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                ROOT.resolve("mvnw").toString(),
                "--batch-mode",
                "--no-snapshot-updates",
                "-Dmaven.repo.local=" + System.getProperty("localRepository"),
                "-Dfmt.skip",
                "-Denforcer.skip",
                phase)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("FAILING", failing);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Build(process.exitValue(), Files.readString(log));
  }

  private static String version() throws IOException {
    return Files.readString(ROOT.resolve("pom.xml"))
        .replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
  }

  @Test
  void bothRunsTellWhatFailsInThem() throws Exception {
    Build build = build("verify", "First and Second");

    assertThat(build.code()).as(build.printed()).isNotZero();
    assertThat(build.printed())
        .containsSubsequence(List.of("FirstTest.fails:", "SecondTest.fails:"));
  }

  /** The second run is a whole one, and what failed in the first is not forgotten. */
  @Test
  void theBuildFailsForTheFirstRunAlone() throws Exception {
    Build build = build("verify", "First");

    assertThat(build.printed())
        .containsSubsequence(
            List.of(
                "FirstTest.fails:",
                "Tests run: 1, Failures: 1, Errors: 0, Skipped: 0",
                "Tests run: 1, Failures: 0, Errors: 0, Skipped: 0",
                "There are test failures"));
    assertThat(build.code()).as(build.printed()).isNotZero();
  }

  @Test
  void aBuildOfTheFirstRunAloneFailsAtOnce() throws Exception {
    Build build = build("test", "First");

    assertThat(build.code()).as(build.printed()).isNotZero();
    assertThat(build.printed()).contains("FirstTest.fails:").doesNotContain("first-test");
  }
}
