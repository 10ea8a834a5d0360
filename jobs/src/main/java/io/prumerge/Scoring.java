package io.prumerge;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.console.Console;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.score.JudgeOptions;
import io.prumerge.score.ScoreAnswers;
import io.prumerge.score.ScoreOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** Scores existing answers. Requires a benchmark, answers and sources. */
public final class Scoring {

  private final Supplier<SparkSession> spark;
  private Benchmark benchmark;
  private List<String> answers = List.of();
  private List<String> sources = List.of();
  private Optional<String> split = Optional.empty();
  private Optional<String> profile = Optional.empty();
  private Optional<String> output = Optional.empty();
  private Optional<String> export = Optional.empty();
  private String judge;
  private String judgeModel;
  private String judgePrompt;
  private Console console = Console.SILENT;

  private Scoring(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Creates a scoring that runs in this session. */
  public static Scoring of(SparkSession spark) {
    return new Scoring(() -> spark);
  }

  /** Creates a scoring that asks for its session once all settings are checked. */
  public static Scoring of(Supplier<SparkSession> spark) {
    return new Scoring(spark);
  }

  /** Selects the benchmark of the answers by its name. */
  public Scoring benchmark(String name) {
    benchmark = OptionChecks.read(Setting.BENCHMARK, name, Benchmarks::named);
    return this;
  }

  /** Sets the answers: files that together form one set, or folders of runs or predictions. */
  public Scoring answers(String... places) {
    return answers(List.of(places));
  }

  /** Sets the answers: files that together form one set, or folders of runs or predictions. */
  public Scoring answers(List<String> places) {
    answers = List.copyOf(places);
    return this;
  }

  /** Sets the benchmark's files and folders. */
  public Scoring sources(String... places) {
    return sources(List.of(places));
  }

  /** Sets the benchmark's files and folders. */
  public Scoring sources(List<String> places) {
    sources = List.copyOf(places);
    return this;
  }

  /** Scores the answers of one split only; otherwise those of every split. */
  public Scoring split(String name) {
    split = Optional.of(name);
    return this;
  }

  /** Selects the scoring profile; default is the benchmark's first. */
  public Scoring profile(String name) {
    profile = Optional.of(name);
    return this;
  }

  /** Sets a new folder for the tables {@code scores} and {@code metrics}. */
  public Scoring output(String folder) {
    output = Optional.of(folder);
    return this;
  }

  /** Sets a new folder for submission files to the benchmark's server, one set per method. */
  public Scoring export(String folder) {
    export = Optional.of(folder);
    return this;
  }

  /**
   * Sets the judge for answers that no rule can score: the URL of an OpenAI-compatible service, or
   * a judge that a jar brings.
   */
  public Scoring judge(String url) {
    judge = url;
    return this;
  }

  /** Selects the judge's model; default is the model of the benchmark's own evaluator. */
  public Scoring judgeModel(String name) {
    judgeModel = name;
    return this;
  }

  /** Sets a file with the judge's prompt. */
  public Scoring judgePrompt(String file) {
    judgePrompt = file;
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
    Benchmark asked = OptionChecks.required(Setting.BENCHMARK, benchmark);
    ScoreOptions options =
        new ScoreOptions(
            asked,
            OptionChecks.requireSome(Setting.ANSWERS, answers),
            OptionChecks.requireSome(Setting.SOURCE, sources),
            split,
            profile.orElse(asked.profiles().get(0)),
            output,
            export,
            JudgeOptions.of(judge, judgeModel, judgePrompt));
    SparkSession session = spark.get();
    return new ScoringResult(
        session,
        console.during(
            "Scoring", session.sparkContext(), () -> new ScoreAnswers(session).run(options)));
  }
}
