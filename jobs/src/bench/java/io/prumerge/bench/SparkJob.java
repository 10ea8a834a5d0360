package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.jobs.InProcess;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DtypeChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * The command {@code evaluate}, from prepared examples to the report, compared with the bare engine
 * over the same images and questions; session and model are there on both sides before. It is run
 * over two numbers of images, since the difference of both is free of what every job costs once.
 */
final class SparkJob {

  private static final int MOST_ROUNDS = 5;
  private static final int NEW_TOKENS = 2;
  private static final int QUESTIONS = 18;

  /** The smaller job has one of so many images, and so many at most. */
  private static final int SMALLER = 4;

  private static final int SMALLER_AT_MOST = 8;

  private static final int MANY = 100;
  private static final Goal FEW_IMAGES = Goal.atMost(1.1);
  private static final Goal MANY_IMAGES = Goal.atMost(1.03);

  private final InProcess spark;
  private final Path folder;
  private final Path model;
  private final DtypeChoice dtype;
  private int images;
  private int runs;

  /**
   * @param folder that is not there yet, for its tables
   */
  SparkJob(InProcess spark, Path folder, Path model, DtypeChoice dtype) {
    this.spark = spark;
    this.folder = folder;
    this.model = model;
    this.dtype = dtype;
  }

  /** Prepares both tables of examples; every image has 18 questions. */
  SparkJob prepare(String benchmark, int count, Path... sources) {
    images = count;
    for (int some : List.of(count, smaller())) {
      List<String> command = new ArrayList<>(List.of("prepare", "--benchmark", benchmark));
      for (Path source : sources) {
        command.addAll(List.of("--source", source.toString()));
      }
      command.addAll(List.of("--limit", String.valueOf(some * QUESTIONS)));
      command.addAll(List.of("--output", table(some)));
      spark.run(command.toArray(String[]::new));
    }
    return this;
  }

  private int smaller() {
    return Math.max(1, Math.min(images / SMALLER, SMALLER_AT_MOST));
  }

  private String table(int some) {
    return folder.resolve("examples-" + some).toString();
  }

  void measure(Duration time, String on, Results results) throws Exception {
    Samples job = new Samples();
    Samples bare = new Samples();
    Samples smallJob = new Samples();
    Samples smallBare = new Samples();
    String dtypeName;
    try (EngineLoop engine = new EngineLoop(model, dtype)) {
      dtypeName = engine.precision().label();
      List<ImageRequest> all = requests(images);
      List<ImageRequest> few = requests(smaller());
      evaluate(smaller()); // loads what the first job loads
      Rounds.within(
          time,
          MOST_ROUNDS,
          number -> {
            bare.add(seconds(() -> engine.answer(all)));
            job.add(evaluate(images));
            smallJob.add(evaluate(smaller()));
            smallBare.add(seconds(() -> engine.answer(few)));
          });
    }
    String name = on + ", " + dtypeName;
    results.add(
        Figure.of(
                "whole Spark job over the bare engine loop, %d images".formatted(images),
                name,
                job.over(bare),
                Unit.SHARE,
                text("%.1f of %.1f s, %d rounds", job.median(), bare.median(), job.count()))
            .against(images < MANY ? FEW_IMAGES : MANY_IMAGES));
    Line jobs = new Line(smaller(), smallJob.median(), images, job.median());
    Line engines = new Line(smaller(), smallBare.median(), images, bare.median());
    results.add(
        Figure.of(
            "the same, each further image",
            name,
            jobs.each() / engines.each(),
            Unit.SHARE,
            text("%.3f of %.3f s; %.1f s a job, once", jobs.each(), engines.each(), jobs.once())));
    if (images < MANY) {
      results.add(
          Figure.of(
                  "the same, computed for %d images".formatted(MANY),
                  name,
                  jobs.at(MANY) / engines.at(MANY),
                  Unit.SHARE,
                  text("%.0f of %.0f s", jobs.at(MANY), engines.at(MANY)))
              .against(MANY_IMAGES));
    }
  }

  /**
   * The time of a job by its images, as two numbers of them tell it.
   *
   * @param few the smaller number
   * @param less seconds of the job over so many
   * @param many the larger number
   * @param more seconds of the job over so many
   */
  private record Line(int few, double less, int many, double more) {

    double each() {
      return (more - less) / (many - few);
    }

    double once() {
      return less - few * each();
    }

    double at(int images) {
      return once() + images * each();
    }
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private List<ImageRequest> requests(int some) {
    List<Row> rows =
        spark
            .session()
            .read()
            .parquet(table(some))
            .selectExpr("image", "questions.prompt")
            .collectAsList();
    List<ImageRequest> requests = new ArrayList<>();
    for (Row row : rows) {
      byte[] image = row.getAs(0);
      List<String> prompts = row.getList(1);
      requests.add(
          new ImageRequest(
              image,
              prompts.stream().map(prompt -> new Question(prompt, NEW_TOKENS)).toList(),
              List.of(MethodSpec.NONE)));
    }
    return requests;
  }

  /**
   * The job in a JVM of its own, as a user starts it, from the command to its end, less what the
   * bare engine takes for its answers. What it reads is in the page cache.
   */
  void measureStart(Duration time, String on, Results results) throws Exception {
    Samples job = new Samples();
    Samples bare = new Samples();
    String dtypeName;
    try (EngineLoop engine = new EngineLoop(model, dtype)) {
      dtypeName = engine.precision().label();
      List<ImageRequest> all = requests(images);
      engine.answer(all);
      Rounds.within(
          time,
          MOST_ROUNDS,
          number -> {
            bare.add(seconds(() -> engine.answer(all)));
            job.add(
                seconds(
                    () -> CommandJvm.run(folder.resolve("start.log"), List.of(), command(images))));
          });
    }
    results.add(
        Figure.of(
                "start of a job of %d images: its seconds beyond the bare engine's"
                    .formatted(images),
                on + ", " + dtypeName,
                job.median() - bare.median(),
                Unit.SECONDS,
                text(
                    "%.1f of %.1f s for %d questions, from the shell to the report; %d rounds",
                    job.median(), bare.median(), images * QUESTIONS, job.count()))
            .against(Goal.atMost(15)));
  }

  private double evaluate(int some) throws Exception {
    List<String> command = command(some);
    return seconds(() -> spark.run(command.toArray(String[]::new)));
  }

  private List<String> command(int some) {
    Path output = folder.resolve("run-" + runs++);
    List<String> command = new ArrayList<>(List.of("evaluate", "--model", model.toString()));
    command.addAll(List.of("--examples", table(some), "--method", "none"));
    command.addAll(List.of("--device", "cpu", "--dtype", dtype.name(), "--image-aspect", "pad"));
    command.addAll(List.of("--max-new-tokens", String.valueOf(NEW_TOKENS)));
    command.addAll(List.of("--output", output.toString()));
    return command;
  }

  /** What is timed. */
  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
