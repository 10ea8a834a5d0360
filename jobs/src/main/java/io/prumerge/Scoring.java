package io.prumerge;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
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

/** Scores answers that are there already. A benchmark, answers and sources are needed. */
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

  private Scoring(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Runs in a session that is there. */
  public static Scoring of(SparkSession spark) {
    return new Scoring(() -> spark);
  }

  /** Runs in a session that is asked for once all settings are checked. */
  public static Scoring of(Supplier<SparkSession> spark) {
    return new Scoring(spark);
  }

  /** Which benchmark was asked, by its name. */
  public Scoring benchmark(String name) {
    benchmark = OptionChecks.read(Setting.BENCHMARK, name, Benchmarks::named);
    return this;
  }

  /** Answer files, all together one set; or folders of runs or of predictions. */
  public Scoring answers(String... places) {
    return answers(List.of(places));
  }

  /** Answer files, all together one set; or folders of runs or of predictions. */
  public Scoring answers(List<String> places) {
    answers = List.copyOf(places);
    return this;
  }

  /** The benchmark's files and folders. */
  public Scoring sources(String... places) {
    return sources(List.of(places));
  }

  /** The benchmark's files and folders. */
  public Scoring sources(List<String> places) {
    sources = List.copyOf(places);
    return this;
  }

  /** Scores the answers of one split only; otherwise those of every split. */
  public Scoring split(String name) {
    split = Optional.of(name);
    return this;
  }

  /** How to score; else the benchmark's own way. */
  public Scoring profile(String name) {
    profile = Optional.of(name);
    return this;
  }

  /** A new folder for the tables {@code scores} and {@code metrics}. */
  public Scoring output(String folder) {
    output = Optional.of(folder);
    return this;
  }

  /** A new folder for the files that the benchmark's server takes, per method. */
  public Scoring export(String folder) {
    export = Optional.of(folder);
    return this;
  }

  /** An OpenAI-compatible service to ask about answers that no rule can score. */
  public Scoring judge(String url) {
    judge = url;
    return this;
  }

  /** Which model the service is to ask; else the one that the benchmark's own evaluator asks. */
  public Scoring judgeModel(String name) {
    judgeModel = name;
    return this;
  }

  /** A file with what the judge is told. */
  public Scoring judgePrompt(String file) {
    judgePrompt = file;
    return this;
  }

  /** Scores, and writes what was asked for. */
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
    return new ScoringResult(session, new ScoreAnswers(session).run(options));
  }
}
