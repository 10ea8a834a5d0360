package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * An archive of Spark's classes, from which JVMs with its class path start with a quarter less work
 * (class data sharing). A build has one, which the first test that needs it makes.
 */
final class SharedClasses {

  private SharedClasses() {}

  /**
   * Returns the options of a JVM that starts from the archive. One with another class path or
   * another Java ignores it, without a word.
   *
   * @param home Spark, without such options
   * @param work folder for what making the archive leaves
   */
  static synchronized List<String> options(SparkHome home, Path work)
      throws IOException, InterruptedException {
    Path target = Path.of(System.getProperty("spark.classpath")).toAbsolutePath().getParent();
    Path archive = target.resolve("spark-" + Runtime.version() + ".jsa");
    try (FileChannel file =
            FileChannel.open(
                target.resolve("spark.jsa.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      if (held.isValid() && !Files.exists(archive)) {
        make(home, work, archive);
      }
    }
    return Files.size(archive) > 0
        ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
        : List.of();
  }

  /** Prepares a small benchmark, which loads most of what other commands load. */
  private static void make(SparkHome home, Path work, Path archive)
      throws IOException, InterruptedException {
    Path questions =
        Path.of(System.getProperty("project.root"), "jobs/src/test/resources/questions");
    Path benchmark =
        Files.writeString(
            work.resolve("shared.yaml"),
            """
            name: shared
            data: %s/shop.csv
            images: [%s/photos]
            columns: {id: id, image: photo, question: question, answers: answer}
            score: {loose: {rule: contains}}
            """
                .formatted(questions, questions));
    Path fresh = Files.createTempFile(archive.getParent(), "spark", ".jsa");
    SparkSubmit.Result made =
        SparkSubmit.to(
                "local[2]",
                work,
                home.with(List.of("-XX:ArchiveClassesAtExit=" + fresh)),
                Map.of(),
                Map.of())
            .run(
                Path.of(System.getProperty("cluster.jar")),
                "prepare",
                "--benchmark",
                benchmark.toString(),
                "--output",
                work.resolve("shared.examples").toString());
    assertThat(made.exitCode()).as(made.out() + made.err()).isZero();
    Files.move(fresh, archive); // empty where a Java without an archive of its own makes none
  }
}
