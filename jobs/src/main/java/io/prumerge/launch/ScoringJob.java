package io.prumerge.launch;

import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.run.AnswerFileRun;
import io.prumerge.run.Evaluate;
import io.prumerge.score.ScoreAnswers;
import io.prumerge.score.ScoreOptions;
import io.prumerge.score.ScoreSettings;
import io.prumerge.score.ScoredAnswers;
import io.prumerge.source.TableVersion;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.Folders;
import io.prumerge.store.RowSources;
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

/**
 * The scoring of existing answers, from what a command line or {@link io.prumerge.Scoring} gives to
 * the figures.
 *
 * @param spark is asked for its session once all settings are checked
 * @param console where progress goes
 */
public record ScoringJob(Supplier<SparkSession> spark, ScoreSettings settings, Console console) {

  /**
   * Scores the answers and writes the requested folders.
   *
   * @throws UsageException if a setting is refused before the first task
   */
  public ScoredAnswers run() throws IOException {
    ScoreOptions options = settings.options();
    NamedBenchmark.tell(options.benchmark(), console);
    Folders folders = Folders.beforeSpark(console);
    ScoreAnswers.check(options, folders);
    Optional<TableVersion> version = version(options, folders);
    SparkSession session = UsableSession.of(spark.get());
    return console.during(
        "Scoring",
        session.sparkContext(),
        () -> new ScoreAnswers(session, () -> AnswerFileRun.begin(session)).run(options, version));
  }

  /** Returns the version of the questions' table that the runs among the answers are of. */
  private static Optional<TableVersion> version(ScoreOptions options, Folders folders)
      throws IOException {
    Optional<TableSource> table = TableSource.of(options.benchmark(), options.sources());
    if (table.isEmpty()) {
      return Optional.empty();
    }
    Set<TableVersion> versions = new LinkedHashSet<>();
    for (String answers : RowSources.without(options.unlabelled())) {
      Path path = folders.present(Setting.ANSWERS, answers);
      if (folders.fileSystem(path).getFileStatus(path).isDirectory()) {
        Path run = path.getName().equals(Table.PREDICTIONS.folder()) ? path.getParent() : path;
        table.get().among(Evaluate.tables(run.toString(), folders)).ifPresent(versions::add);
      }
    }
    List.copyOf(versions).stream()
        .filter(one -> versions.stream().anyMatch(all -> !all.equals(one) && all.isStill(one)))
        .forEach(versions::remove);
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
