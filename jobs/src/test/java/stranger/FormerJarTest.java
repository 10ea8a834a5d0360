package stranger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger's benchmark that was compiled against 4b7ee902 is prepared and scored without being
 * compiled again. In a work tree of that commit, compiled, with its {@code HowManyBenchmark} as
 * {@code src/elsewhere/HowManyBenchmark.java} in the package {@code elsewhere}, the jar was made by
 *
 * <pre>
 * javac --release 17 -d out -cp jobs/target/classes:udfs/target/classes:hadoop-client-api-3.3.4.jar
 *   src/elsewhere/HowManyBenchmark.java
 * mkdir -p out/META-INF/services
 * echo elsewhere.HowManyBenchmark &gt; out/META-INF/services/io.prumerge.benchmark.Benchmark
 * jar --create --no-manifest --date=2026-11-29T00:00:00Z --file how-many-4b7ee902.jar
 *   -C out META-INF -C out elsewhere
 * </pre>
 */
@Tag("spark")
class FormerJarTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path JAR =
      ROOT.resolve("jobs/src/test/resources/jars/how-many-4b7ee902.jar");
  private static final Path PICTURE =
      ROOT.resolve("udfs/src/test/resources/goldens/images/photo.png");

  @TempDir private Path folder;

  private CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void isPreparedAndScored() throws Exception {
    files();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    LocalSpark.session().sql("ADD JAR '" + JAR + "'"); // for tasks; this thread sees it below
    thread.setContextClassLoader(before);

    StrangersJar.seen(
        JAR,
        () -> {
          String data = path("data");
          CommandLineRun prepared =
              done(
                  "prepare",
                  "--benchmark=how-many",
                  "--source=" + data,
                  "--output=" + path("asked"));
          assertThat(prepared.out()).contains("how-many/test: 1 image, 2 questions -> ");
          CommandLineRun scored =
              done(
                  "score",
                  "--benchmark=how-many",
                  "--source=" + data,
                  "--answers=" + path("answers.jsonl"),
                  "--json");
          JsonNode result = new ObjectMapper().readTree(scored.out());
          assertThat(result.get("n").intValue()).isEqualTo(2);
          assertThat(result.get("metrics").get("accuracy").doubleValue()).isEqualTo(50);
        });
  }

  private void files() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.copy(PICTURE, data.resolve("a.png"));
    Files.writeString(
        data.resolve("how_many.jsonl"),
        """
        {"id": 7, "picture": "a.png", "ask": "How many cats?", "count": "2"}
        {"id": 8, "picture": "a.png", "ask": "How many dogs?", "count": "1", "kind": "dogs"}
        """);
    Files.writeString(
        folder.resolve("answers.jsonl"),
        """
        {"question_id": 7, "prompt": "How many cats?", "text": "There are 2."}
        {"question_id": 8, "prompt": "How many dogs?", "text": "none"}
        """);
  }
}
