package io.prumerge.score;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.file.PopeFiles;
import io.prumerge.console.Console;
import io.prumerge.jobs.Main;
import io.prumerge.jobs.Sessions;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Not a test: writes synthetic predictions and prints the time that {@code score} takes. {@code
 * ScoreScale ROWS QUESTIONS FOLDER}: POPE questions, six per image, in a new folder, answered by
 * ROWS / QUESTIONS methods.
 */
final class ScoreScale {

  private static final List<String> SETTINGS = List.of("adversarial", "popular", "random");

  private ScoreScale() {}

  public static void main(String[] args) throws IOException {
    long rows = Long.parseLong(args[0]);
    int questions = Integer.parseInt(args[1]);
    Path folder = Path.of(args[2]);
    Path source = Files.createDirectories(folder.resolve("source"));
    Path predictions = folder.resolve("predictions");
    if (!Files.exists(predictions)) {
      questions(source, questions);
      try (Sessions sessions = Sessions.of(Console.SILENT, () -> "scale")) {
        predictions(sessions.session(), rows, questions, predictions);
      }
    }
    long start = System.nanoTime();
    int code =
        Main.run(
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true),
            "score",
            "--benchmark",
            "pope",
            "--answers",
            predictions.toString(),
            "--source",
            source.toString());
    System.out.printf(
        "exit %d: %,d rows in %.1f s, heap at most %,d MB%n",
        code, rows, (System.nanoTime() - start) / 1e9, peakHeap() >> 20);
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  private static String text(int index) {
    return "Is there a thing %d in the image?".formatted(index);
  }

  private static String image(int index) {
    return "image%d.jpg".formatted(index / 18);
  }

  private static String setting(int index) {
    return SETTINGS.get(index % 3);
  }

  private static String label(int index) {
    return index / 3 % 2 == 0 ? "yes" : "no";
  }

  private static void questions(Path source, int count) throws IOException {
    PopeFiles.questions(
        source,
        IntStream.range(0, count)
            .mapToObj(i -> PopeFiles.question(i, image(i), text(i), setting(i)))
            .toArray(String[]::new));
    for (String setting : SETTINGS) {
      PopeFiles.labels(
          source,
          setting,
          IntStream.range(0, count)
              .filter(i -> setting(i).equals(setting))
              .mapToObj(i -> PopeFiles.label(i, image(i), text(i), label(i)))
              .toArray(String[]::new));
    }
  }

  /** Four of five answers are right. */
  private static void predictions(SparkSession spark, long rows, int questions, Path target) {
    String[] columns =
        Arrays.stream(Table.PREDICTIONS.schema().fields())
            .map(
                field ->
                    switch (field.name()) {
                      case "run_id" -> "'20261120-120000-scale' AS run_id";
                      case "model" -> "'llava-1.5-7b-hf' AS model";
                      case "benchmark" -> "'pope' AS benchmark";
                      case "split" -> "'test' AS split";
                      case "method" ->
                          "concat('uniform:tokens=', id div %d) AS method".formatted(questions);
                      case "image_id" -> "concat('image', question div 18, '.jpg') AS image_id";
                      case "question_id" -> "CAST(question AS STRING) AS question_id";
                      case "category" ->
                          "element_at(array('adversarial', 'popular', 'random'), CAST(question %% 3 + 1 AS INT)) AS category"
                              .formatted();
                      case "answer" ->
                          "if((question div 3 %% 2 = 0) = (pmod(xxhash64(id), 5) > 0), 'Yes', 'No') AS answer"
                              .formatted();
                      default ->
                          "CAST(NULL AS %s) AS %s".formatted(field.dataType().sql(), field.name());
                    })
            .toArray(String[]::new);
    Table.PREDICTIONS.write(
        spark
            .range(0, rows, 1, 16)
            .withColumn("question", expr("id %% %d".formatted(questions)))
            .selectExpr(columns),
        target.toString());
  }
}
