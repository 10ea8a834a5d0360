package io.prumerge;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.launch.FromCode;
import io.prumerge.launch.ScoringJob;
import io.prumerge.score.ExportForm;
import io.prumerge.score.ScoreSettings;
import io.prumerge.score.ScoredAnswers;
import io.prumerge.score.log.AnswerForm;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Scores existing answers.
 *
 * <p>Required are {@link #benchmark}, {@link #answers(String...)} and, unless a YAML file names its
 * own, {@link #sources(String...)}; {@link #run} names all that are missing. All other settings are
 * optional, with the defaults of the command {@code score}.
 */
public final class Scoring {

  private final Supplier<SparkSession> spark;
  private final ScoreSettings settings = new ScoreSettings();
  private Console console = Console.SILENT;

  private Scoring(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Creates a scoring that runs in this session. */
  public static Scoring of(SparkSession spark) {
    return of(() -> spark);
  }

  /** Creates a scoring that asks for its session once all settings are checked. */
  static Scoring of(Supplier<SparkSession> spark) {
    return new Scoring(spark);
  }

  /**
   * Required: selects the benchmark of the answers by its name, or by the YAML file that defines
   * it.
   */
  public Scoring benchmark(String name) {
    settings.benchmark.set(name);
    return this;
  }

  /**
   * Required: sets the answers, files that together form one set, or folders of runs or
   * predictions. {@code LABEL=PLACE} names a set of several, and {@code
   * DIR/{method}-Tok{tokens}.jsonl} takes the labels out of names.
   */
  public Scoring answers(String... places) {
    return answers(List.of(places));
  }

  /**
   * Required: sets the answers, files that together form one set, or folders of runs or
   * predictions. {@code LABEL=PLACE} names a set of several, and {@code
   * DIR/{method}-Tok{tokens}.jsonl} takes the labels out of names.
   */
  public Scoring answers(List<String> places) {
    settings.answers.set(List.copyOf(places));
    return this;
  }

  /**
   * Sets the form of answer files where their rows do not tell it: {@code llava}, {@code benchmark}
   * for the benchmark's own forms, {@code lmms-eval} or {@code vlmevalkit}.
   */
  public Scoring answersForm(String name) {
    settings.answersForm.set(OptionChecks.choice(Setting.ANSWERS_FORM, AnswerForm.class, name));
    return this;
  }

  /** Required, unless a YAML file names its own: sets the benchmark's files and folders. */
  public Scoring sources(String... places) {
    return sources(List.of(places));
  }

  /** Required, unless a YAML file names its own: sets the benchmark's files and folders. */
  public Scoring sources(List<String> places) {
    settings.sources.set(List.copyOf(places));
    return this;
  }

  /** Scores the answers of one split only; otherwise those of every split. */
  public Scoring split(String name) {
    settings.split.set(name);
    return this;
  }

  /** Selects the scoring profile; default is the benchmark's first. */
  public Scoring profile(String name) {
    settings.profile.set(name);
    return this;
  }

  /**
   * Sets a CSV file with the columns {@code label} and {@code visual_tokens}: how many tokens each
   * labelled set of answers was made with.
   */
  public Scoring visualTokens(String file) {
    settings.visualTokens.set(file);
    return this;
  }

  /**
   * Sets a new folder for the tables {@code scores} and {@code metrics}. Of answer files it is a
   * run like those of an {@link Evaluation}, which a {@link Reporting} takes.
   */
  public Scoring output(String folder) {
    settings.output.set(folder);
    return this;
  }

  /** Sets a new folder for submission files to the benchmark's server, one set per method. */
  public Scoring export(String folder) {
    settings.export.set(folder);
    return this;
  }

  /**
   * Sets the form of the files in the folder of {@link #export}: {@code submission}, the
   * benchmark's own and the default, or {@code lmms-eval}, that tool's samples, which every
   * benchmark has and {@link #answers} reads back.
   */
  public Scoring exportForm(String name) {
    settings.exportForm.set(OptionChecks.choice(Setting.EXPORT_FORM, ExportForm.class, name));
    return this;
  }

  /**
   * Sets the judge for answers that no rule can score: the URL of an OpenAI-compatible service, or
   * a judge that a jar brings.
   */
  public Scoring judge(String url) {
    settings.judge.set(url);
    return this;
  }

  /** Selects the judge's model; default is the model of the benchmark's own evaluator. */
  public Scoring judgeModel(String name) {
    settings.judgeModel.set(name);
    return this;
  }

  /** Sets a file with the judge's prompt. */
  public Scoring judgePrompt(String file) {
    settings.judgePrompt.set(file);
    return this;
  }

  /** Prints progress to the standard error stream. */
  public Scoring verbose() {
    console = Console.standardError();
    return this;
  }

  /**
   * Scores the answers and writes the requested folders.
   *
   * @throws UsageException if a setting is missing or refused, before the first task
   * @throws DataException if a file is not what it should be
   * @throws Failure if a job of Spark's fails for another reason
   */
  public ScoringResult run() throws IOException {
    ScoredAnswers scored = FromCode.run(new ScoringJob(spark, settings, console)::run);
    return new ScoringResult(spark.get(), scored);
  }
}
