package io.prumerge.jobs;

import io.prumerge.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One of each job over a folder, with the small checkpoint of the repository. */
public final class JobWalk {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  private static final String SETTINGS =
      """
      models: ['%s']
      examples: ['%s']
      methods: [none, {method: fastv, layer: 1, tokens: [4, 36]}]
      %s
      device: cpu
      dtype: fp32
      max_new_tokens: 2
      """;

  private final UnaryOperator<String> places;
  private final List<String> failed = new ArrayList<>();

  private JobWalk(UnaryOperator<String> places) {
    this.places = places;
  }

  /** Walks over odd names in a folder, in a JVM of its own, with the serializer that is named. */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("spark.serializer", arguments[1]);
    LocalSpark.session();
    over(new OddNames(Path.of(arguments[0]), 1));
  }

  /**
   * Runs all jobs.
   *
   * @param places gives the path of each folder or file by its name, the same at each time; the
   *     folder that it is in exists
   * @throws IllegalStateException with what those jobs said that did not succeed
   */
  public static void over(UnaryOperator<String> places) throws IOException {
    JobWalk walk = new JobWalk(places);
    walk.all();
    if (!walk.failed.isEmpty()) {
      throw new IllegalStateException(String.join("\n", walk.failed));
    }
  }

  private String at(String name) {
    return places.apply(name);
  }

  private void run(Object... arguments) {
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    CommandLineRun run = CommandLineRun.of(texts);
    if (run.code() != 0) {
      failed.add(String.join(" ", texts) + "\n" + run.err() + run.out());
    }
  }

  private void all() throws IOException {
    run("mini", "--split=test", "--seed=5", "--images=16", "--output", at("mini"));
    run("mini", "--split=train", "--seed=5", "--images=6", "--output", at("train"));
    Path source = Path.of(at("mini"), "pope");
    run("prepare", "--benchmark=pope", "--source", source, "--output", at("examples"));
    copy(MODEL, Path.of(at("copy")));
    run("prepare-model", "--model", at("copy"), "--output", at("model"));
    String[] asking = {"--device=cpu", "--dtype=fp32", "--max-new-tokens=2"};
    evaluate(asking, "run");
    evaluate(asking, "run", "--resume");
    evaluate(asking, "run", "--resume", "--retry-errors");
    evaluate(asking, "again"); // finds its answers
    run(
        with(
            asking,
            "evaluate",
            "--model",
            at("model"),
            "--benchmark=pope",
            "--source",
            source,
            "--examples-cache",
            at("prepared"),
            "--method=none",
            "--limit=4",
            "--output",
            at("named")));
    run("report", "--runs", at("run"), "--examples", at("examples"), "--output", at("report"));
    run(
        "score",
        "--benchmark=pope",
        "--source",
        source,
        "--answers",
        at("run"),
        "--output",
        at("scored"));
    run(
        "explain",
        "--model",
        at("model"),
        "--image",
        picture(),
        "--method=prumerge",
        "--output",
        at("explained"),
        "--device=cpu",
        "--dtype=fp32");
    run("estimate", "--model", at("model"), "--visual-tokens=36", "--text-tokens=20");
    run(
        "finetune",
        "--model",
        at("model"),
        "--data",
        Path.of(at("train"), "train.json"),
        "--images",
        at("train"),
        "--output",
        at("adapter"),
        "--rank=2",
        "--batch=16",
        "--devices=2",
        "--device=cpu",
        "--dtype=fp32");
    run(
        with(
            asking,
            "evaluate",
            "--model",
            at("model") + "+" + at("adapter"),
            "--examples",
            at("examples"),
            "--method=none",
            "--limit=2",
            "--output",
            at("tuned")));
    Path sweep = Files.writeString(Path.of(at("sweep.yaml")), settings("limit: 4"));
    run("sweep", sweep, "--output", at("sweep"));
    Path search =
        Files.writeString(
            Path.of(at("search.yaml")),
            settings("search: {cost: visual_tokens_layer_mean, questions: 8, growth: 9}"));
    run("search", search, "--output", at("search"));
  }

  private void evaluate(String[] asking, String run, String... more) {
    Object[] evaluate = {
      "evaluate",
      "--model",
      at("model"),
      "--examples",
      at("examples"),
      "--method",
      "none",
      "prumerge",
      "--limit=8",
      "--answer-cache",
      at("cache"),
      "--output",
      at(run)
    };
    run(with(asking, with(more, evaluate)));
  }

  private static Object[] with(String[] more, Object... arguments) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray();
  }

  private String settings(String own) {
    return SETTINGS.formatted(
        at("model").replace("'", "''"), at("examples").replace("'", "''"), own);
  }

  private Path picture() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(at("mini")))) {
      return files
          .filter(file -> file.toString().matches(".*\\.(png|jpg)"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(file.getFileName()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
