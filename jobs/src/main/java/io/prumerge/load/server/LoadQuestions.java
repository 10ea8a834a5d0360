package io.prumerge.load.server;

import static org.apache.spark.sql.functions.broadcast;

import io.prumerge.console.UsageException;
import io.prumerge.engine.Question;
import io.prumerge.image.Visual;
import io.prumerge.lang.Text;
import io.prumerge.plan.BenchmarkSize;
import io.prumerge.plan.Plan;
import io.prumerge.source.DataException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The questions of a load test, with their pictures on this machine's disk: Spark has done its work
 * when the first request is sent, and the pictures of all need not fit into memory.
 */
public final class LoadQuestions implements Closeable {

  /** A question with its pictures' files. */
  private record Asked(AskedQuestion question, Question asked, List<Path> pictures) {}

  private final BenchmarkSize benchmark;
  private final Path folder;
  private final List<Asked> questions = new ArrayList<>();
  private int drawn;

  private LoadQuestions(BenchmarkSize benchmark, Path folder) {
    this.benchmark = benchmark;
    this.folder = folder;
  }

  /**
   * Draws questions, and writes their pictures to a new folder.
   *
   * @throws UsageException if the examples are of several benchmarks or splits
   * @throws DataException if there are videos among them, or no question is left
   */
  public static LoadQuestions of(SparkSession spark, Plan plan, ChosenQuestions asked)
      throws IOException {
    List<BenchmarkSize> benchmarks = plan.contents().benchmarks();
    if (benchmarks.size() > 1) {
      throw new UsageException(
          Text.format(
              "load asks the questions of one benchmark's split, and the examples have %s; give it"
                  + " one of them",
              benchmarks.stream()
                  .map(one -> one.benchmark() + "/" + one.split())
                  .collect(Collectors.joining(", "))));
    }
    LoadQuestions all =
        new LoadQuestions(benchmarks.get(0), Files.createTempDirectory("prumerge-load"));
    try {
      all.read(spark, plan, asked);
      if (all.questions.isEmpty()) {
        throw new DataException(
            all.drawn == 0
                ? "There is no question to ask"
                : "There is no question to ask: each one's picture is missing");
      }
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private void read(SparkSession spark, Plan plan, ChosenQuestions asked) throws IOException {
    List<DrawnQuestion> wanted =
        DrawnQuestion.draw(
            DrawnQuestion.ExampleRow.COLUMNS.collect(
                plan.rows()
                    .selectExpr(
                        "image_id",
                        "video.name IS NOT NULL AS video",
                        "transform(questions, q -> q.question_id) AS questions")),
            asked);
    drawn = wanted.size();
    Dataset<Row> numbers =
        spark.createDataFrame(
            wanted.stream().map(DrawnQuestion.COLUMNS::row).toList(),
            DrawnQuestion.COLUMNS.schema());
    Iterator<Row> rows =
        plan.rows()
            .selectExpr("image_id", "image", "more_images", "inline(questions)")
            .join(broadcast(numbers), "question_id")
            .selectExpr(
                "number",
                "question_id",
                "image_id",
                "prompt",
                "coalesce(max_new_tokens, 0)",
                "image",
                "more_images")
            .toLocalIterator();
    SortedMap<Integer, Asked> byNumber = new TreeMap<>();
    Map<String, List<Path>> written = new HashMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      String image = row.getString(2);
      if (image == null || !row.isNullAt(5)) { // else its picture is missing
        List<Path> files = image == null ? List.of() : written.get(image);
        if (files == null) {
          files = write(row, written.size());
          written.put(image, files);
        }
        byNumber.put(
            row.getInt(0),
            new Asked(
                new AskedQuestion(row.getString(1), Optional.ofNullable(image)),
                new Question(row.getString(3), asked.maxNewTokens().orElse(row.getInt(4))),
                files));
      }
    }
    questions.addAll(byNumber.values());
  }

  private List<Path> write(Row row, int number) throws IOException {
    List<byte[]> images = new ArrayList<>();
    images.add(row.getAs(5));
    images.addAll(row.isNullAt(6) ? List.of() : row.getList(6));
    List<Path> files = new ArrayList<>();
    for (byte[] image : images) {
      Path file = folder.resolve("picture-" + number + "-" + files.size());
      Files.write(file, image == null ? new byte[0] : image);
      files.add(file);
    }
    return files;
  }

  /** Returns the benchmark and split that they are of. */
  public BenchmarkSize benchmark() {
    return benchmark;
  }

  public int count() {
    return questions.size();
  }

  /** Returns how many drawn questions are not asked, as their pictures are missing. */
  public int withoutPicture() {
    return drawn - questions.size();
  }

  /** Returns how many different pictures there are. */
  public long pictures() {
    return questions.stream()
        .map(Asked::pictures)
        .filter(files -> !files.isEmpty())
        .distinct()
        .count();
  }

  public AskedQuestion question(int number) {
    return questions.get(number).question();
  }

  /** Returns what a model is asked. */
  Question asked(int number) {
    return questions.get(number).asked();
  }

  /** Reads what a question's prompt shows. */
  List<Visual> visuals(int number) throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (Path file : questions.get(number).pictures()) {
      images.add(Files.readAllBytes(file));
    }
    return Visual.pictures(images);
  }

  /** Returns a folder for further files of this test; it is deleted with the pictures. */
  Path folder() {
    return folder;
  }

  /** Deletes the folder. */
  @Override
  public void close() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
