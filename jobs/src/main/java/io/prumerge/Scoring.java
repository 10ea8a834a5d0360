package io.prumerge;

import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.run.Evaluate;
import io.prumerge.score.ScoreAnswers;
import io.prumerge.score.ScoreOptions;
import io.prumerge.score.ScoreSettings;
import io.prumerge.source.TableVersion;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Scores existing answers. Requires a benchmark, answers and sources. */
public final class Scoring {

  private final Supplier<SparkSession> spark;
  private final ScoreSettings settings;
  private Console console = Console.SILENT;

  private Scoring(Supplier<SparkSession> spark, ScoreSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** Creates a scoring that runs in this session. */
  public static Scoring of(SparkSession spark) {
    return of(() -> spark, new ScoreSettings());
  }

  /**
   * Creates a scoring with what a command line gives. It asks for its session once all settings are
   * checked.
   */
  public static Scoring of(Supplier<SparkSession> spark, ScoreSettings settings) {
    return new Scoring(spark, settings);
  }

  /** Selects the benchmark of the answers by its name. */
  public Scoring benchmark(String name) {
    settings.benchmark = name;
    return this;
  }

  /** Sets the answers: files that together form one set, or folders of runs or predictions. */
  public Scoring answers(String... places) {
    return answers(List.of(places));
  }

  /** Sets the answers: files that together form one set, or folders of runs or predictions. */
  public Scoring answers(List<String> places) {
    settings.answers = List.copyOf(places);
    return this;
  }

  /** Sets the benchmark's files and folders. */
  public Scoring sources(String... places) {
    return sources(List.of(places));
  }

  /** Sets the benchmark's files and folders. */
  public Scoring sources(List<String> places) {
    settings.sources = List.copyOf(places);
    return this;
  }

  /** Scores the answers of one split only; otherwise those of every split. */
  public Scoring split(String name) {
    settings.split = name;
    return this;
  }

  /** Selects the scoring profile; default is the benchmark's first. */
  public Scoring profile(String name) {
    settings.profile = name;
    return this;
  }

  /** Sets a new folder for the tables {@code scores} and {@code metrics}. */
  public Scoring output(String folder) {
    settings.output = folder;
    return this;
  }

  /** Sets a new folder for submission files to the benchmark's server, one set per method. */
  public Scoring export(String folder) {
    settings.export = folder;
    return this;
  }

  /**
   * Sets the judge for answers that no rule can score: the URL of an OpenAI-compatible service, or
   * a judge that a jar brings.
   */
  public Scoring judge(String url) {
    settings.judge = url;
    return this;
  }

  /** Selects the judge's model; default is the model of the benchmark's own evaluator. */
  public Scoring judgeModel(String name) {
    settings.judgeModel = name;
    return this;
  }

  /** Sets a file with the judge's prompt. */
  public Scoring judgePrompt(String file) {
    settings.judgePrompt = file;
    return this;
  }

  /** Prints progress to the standard error stream. */
  public Scoring verbose() {
    return console(Console.standardError());
  }

  /** Prints progress to this console. */
  public Scoring console(Console shown) {
    console = shown;
    return this;
  }

  /** Scores the answers and writes the requested folders. */
  public ScoringResult run() throws IOException {
    ScoreOptions options = settings.options();
    NamedBenchmark.tell(options.benchmark(), console);
    Folders folders = Folders.beforeSpark(console);
    ScoreAnswers.check(options, folders);
    Optional<TableVersion> version = version(options, folders);
    SparkSession session = UsableSession.of(spark.get());
    return new ScoringResult(
        session,
        console.during(
            "Scoring",
            session.sparkContext(),
            () -> new ScoreAnswers(session).run(options, version)));
  }

  /** Returns the version of the questions' table that the runs among the answers are of. */
  private static Optional<TableVersion> version(ScoreOptions options, Folders folders)
      throws IOException {
    Optional<TableSource> table = TableSource.of(options.benchmark(), options.sources());
    if (table.isEmpty()) {
      return Optional.empty();
    }
    Set<TableVersion> versions = new LinkedHashSet<>();
    for (String answers : options.answers()) {
      Path path = folders.present(Setting.ANSWERS, answers);
      if (folders.fileSystem(path).getFileStatus(path).isDirectory()) {
        Path run = path.getName().equals(Table.PREDICTIONS.folder()) ? path.getParent() : path;
        table.get().among(Evaluate.tables(run.toString(), folders)).ifPresent(versions::add);
      }
    }
    if (versions.size() > 1) {
      throw new UsageException(
          Wording.of(
              "%s: the runs read %s in different versions (%s); score each by itself",
              Setting.ANSWERS,
              table.get().name(),
              versions.stream().map(TableVersion::toString).collect(Collectors.joining(", "))));
    }
    return versions.stream().findFirst();
  }
}
