package io.prumerge.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.lang.Text;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.plan.AskedPrompts;
import io.prumerge.plan.LeftOut;
import io.prumerge.plan.PlannedChunks;
import io.prumerge.plan.PreparedTables;
import io.prumerge.prepare.ExampleCounts;
import io.prumerge.report.RunAsking;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.source.RowCounts;
import io.prumerge.source.TableVersion;
import io.prumerge.store.CountsRow;
import io.prumerge.store.RunFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The record of one model's run in {@link Manifests} and in {@code report/runs}.
 *
 * @param format format of the run's folder
 * @param startedAt start time in ISO 8601, UTC
 * @param chunks number of chunks
 * @param environment environment at the start
 * @param changes later environments, each of a resumed run that allowed a change
 * @param leftOutRows rows of the benchmarks' files that the examples lack; of runs of earlier
 *     versions nothing is known
 * @param benchmarks texts of the files that define benchmarks of the run, by the benchmarks' names
 * @param counts where everything went that was read for the examples, as far as their tables say it
 * @param maxErrorRate largest share of errors with which the run does not fail, one; none of runs
 *     of earlier versions
 * @param prompts how the questions are worded; of runs of earlier versions nothing is known
 * @param tables of a session's catalogs that the examples come from, and which versions of them;
 *     none of files and in runs of earlier versions
 * @param doubts why the model's servers may not see all frames of videos; of answers from files
 *     what is unknown of them; none of other models
 * @param answers of answers that files hold: by their labels what other tools say of how they were
 *     made; none of other runs
 */
record Manifest(
    @JsonSetter(nulls = Nulls.AS_EMPTY) int format,
    String runId,
    String startedAt,
    int chunks,
    Environment environment,
    List<EnvironmentChange> changes,
    RunConfiguration configuration,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<LeftOut> leftOutRows,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> benchmarks,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<CountsRow> counts,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Double> maxErrorRate,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<AskedPrompts> prompts,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<TableVersion> tables,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> doubts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        SortedMap<String, SortedMap<String, String>> answers) {

  /** Latest time that the table of runs can hold. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  Manifest {
    format = Math.max(RunFormat.FIRST, format);
    changes = List.copyOf(changes);
    leftOutRows = List.copyOf(leftOutRows);
    benchmarks = Collections.unmodifiableSortedMap(new TreeMap<>(benchmarks));
    counts = List.copyOf(counts);
    maxErrorRate = List.copyOf(maxErrorRate);
    prompts = List.copyOf(prompts);
    tables = List.copyOf(tables);
    doubts = List.copyOf(doubts);
    answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
    if (chunks < 1) {
      throw new IllegalArgumentException(Text.format("chunks is %d, expected 1 or more", chunks));
    }
    if (!isTime(startedAt)) {
      throw new IllegalArgumentException(
          Text.format("started_at is '%s', expected a time like 2026-01-31T12:00:00Z", startedAt));
    }
  }

  /**
   * Begins the record of a run of this version that nothing is known of yet but its configuration.
   *
   * @param startedAt start time in ISO 8601, UTC
   * @param chunks number of chunks
   */
  static Builder builder(
      String runId,
      String startedAt,
      int chunks,
      Environment environment,
      RunConfiguration configuration) {
    return new Builder(runId, startedAt, chunks, environment, configuration);
  }

  /** Returns how the planned rows are dealt to the chunks. */
  PlannedChunks plannedChunks() {
    return new PlannedChunks(chunks, format >= RunFormat.PICTURES_IN_CHUNKS);
  }

  /** Returns the latest environment. */
  Environment latest() {
    return changes.isEmpty() ? environment : changes.get(changes.size() - 1).environment();
  }

  /** Returns a copy with one more environment. */
  Manifest changed(EnvironmentChange change) {
    List<EnvironmentChange> all = new ArrayList<>(changes);
    all.add(change);
    return new Builder(this).changes(all).build();
  }

  /** Returns a copy whose examples come from these tables. */
  Manifest on(PreparedTables examples) {
    return new Builder(this)
        .leftOutRows(examples.leftOut())
        .counts(examples.counts())
        .prompts(examples.wordings())
        .tables(examples.versions())
        .benchmarks(examples.benchmarks().files())
        .build();
  }

  /** Returns a copy that fails if a larger share of answers are errors. */
  Manifest failingAbove(double share) {
    return new Builder(this).maxErrorRate(List.of(share)).build();
  }

  /** Returns a copy whose servers may not see all frames of videos, for these reasons too. */
  Manifest doubting(List<String> reasons) {
    List<String> all = Stream.concat(doubts.stream(), reasons.stream()).distinct().toList();
    return new Builder(this).doubts(all).build();
  }

  /**
   * Returns the benchmarks of some runs.
   *
   * @throws io.prumerge.console.UsageException if two runs use different files of one benchmark
   */
  static Benchmarks benchmarks(List<Manifest> runs) {
    return runs.stream()
        .map(run -> Benchmarks.of(run.benchmarks()))
        .reduce(Benchmarks.KNOWN, Benchmarks::and);
  }

  /** Returns the limit of questions; none of answers that files hold. */
  private static long limit(RunConfiguration configuration) {
    return configuration.settings().find(RunSetting.LIMIT).orElse(0L);
  }

  /** Returns the answers of {@link Manifests#unread} of this run. */
  long unread() {
    return limit(configuration) > 0
        ? 0
        : configuration.methods().size()
            * leftOutRows.stream()
                .filter(one -> benchmarks.containsKey(one.benchmark()))
                .mapToLong(LeftOut::rows)
                .sum();
  }

  /**
   * Returns what a result of one of these runs says of its benchmark's files, and what was seen.
   */
  static Function<ScoreKey, List<String>> ofFiles(List<Manifest> runs) {
    return key ->
        runs.stream()
            .filter(run -> run.runId().equals(key.runId()))
            .flatMap(
                run ->
                    Stream.concat(
                        run.ofFiles(key.benchmark(), key.split()).stream(),
                        run.configuration.isOfFiles() // at the head of the page
                            ? Stream.empty()
                            : run.doubts.stream()))
            .toList();
  }

  /** Returns what questions show. */
  private String shown() {
    return configuration.protocol().isEmpty() ? "picture" : "video";
  }

  /** Where nothing was counted, the number of rows that were left out is all that is known. */
  private List<String> ofFiles(String benchmark, String split) {
    List<CountsRow> own = counts.stream().filter(one -> one.isOf(benchmark, split)).toList();
    if (!own.isEmpty()) {
      return own.stream().flatMap(one -> ExampleCounts.of(one).caveats(shown()).stream()).toList();
    }
    long lacking =
        leftOutRows.stream()
            .filter(one -> one.benchmark().equals(benchmark) && one.split().equals(split))
            .mapToLong(LeftOut::rows)
            .sum();
    return lacking == 0 ? List.of() : List.of(RowCounts.unread(lacking));
  }

  /**
   * Returns how runs were asked, by their ids.
   *
   * @param models what their models say of themselves
   */
  static Map<String, RunAsking> askings(List<Manifest> runs, RunModels models) {
    return runs.stream()
        .collect(
            Collectors.toMap(
                Manifest::runId,
                run ->
                    new RunAsking(
                        Optional.ofNullable(models.shapes().get(run.runId())),
                        models.tilings().containsKey(run.runId()),
                        run.prompts.stream()
                            .collect(
                                Collectors.toMap(
                                    one -> one.benchmark() + "/" + one.split(),
                                    AskedPrompts::prompts)),
                        limit(run.configuration()),
                        run.configuration().answersByLetters())));
  }

  /** Returns which frames of videos runs saw, by their ids; runs about pictures are left out. */
  static Map<String, String> protocols(List<Manifest> runs) {
    return runs.stream()
        .filter(run -> !run.configuration().protocol().isEmpty())
        .collect(Collectors.toMap(Manifest::runId, run -> run.configuration().protocol()));
  }

  /**
   * Returns the conversation templates of runs by their ids; runs of models behind endpoints are
   * left out.
   */
  static Map<String, String> templates(List<Manifest> runs) {
    Map<String, String> templates = new HashMap<>();
    for (Manifest run : runs) {
      run.configuration()
          .settings()
          .find(RunSetting.CONVERSATION)
          .ifPresent(template -> templates.put(run.runId(), template));
    }
    return templates;
  }

  /**
   * Returns the distinct values of a component over all environments, separated by commas; null if
   * none is known.
   */
  String all(Function<Environment, String> part) {
    String values =
        Stream.concat(Stream.of(environment), changes.stream().map(EnvironmentChange::environment))
            .map(part)
            .filter(text -> !text.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    return values.isEmpty() ? null : values;
  }

  /** Checks a time on reading; otherwise only writing the report would fail. */
  private static boolean isTime(String text) {
    try {
      Instant time = Instant.parse(text);
      return !time.isBefore(Instant.EPOCH) && !time.isAfter(LAST);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Sets what is known of a run beyond its configuration. */
  static final class Builder {

    private int format = RunFormat.CURRENT;
    private final String runId;
    private final String startedAt;
    private final int chunks;
    private final Environment environment;
    private List<EnvironmentChange> changes = List.of();
    private final RunConfiguration configuration;
    private List<LeftOut> leftOutRows = List.of();
    private SortedMap<String, String> benchmarks = Collections.emptySortedMap();
    private List<CountsRow> counts = List.of();
    private List<Double> maxErrorRate = List.of();
    private List<AskedPrompts> prompts = List.of();
    private List<TableVersion> tables = List.of();
    private List<String> doubts = List.of();
    private SortedMap<String, SortedMap<String, String>> answers = Collections.emptySortedMap();

    private Builder(
        String runId,
        String startedAt,
        int chunks,
        Environment environment,
        RunConfiguration configuration) {
      this.runId = runId;
      this.startedAt = startedAt;
      this.chunks = chunks;
      this.environment = environment;
      this.configuration = configuration;
    }

    private Builder(Manifest other) {
      this(other.runId, other.startedAt, other.chunks, other.environment, other.configuration);
      format = other.format;
      changes = other.changes;
      leftOutRows = other.leftOutRows;
      benchmarks = other.benchmarks;
      counts = other.counts;
      maxErrorRate = other.maxErrorRate;
      prompts = other.prompts;
      tables = other.tables;
      doubts = other.doubts;
      answers = other.answers;
    }

    Builder format(int format) {
      this.format = format;
      return this;
    }

    Builder changes(List<EnvironmentChange> changes) {
      this.changes = changes;
      return this;
    }

    Builder leftOutRows(List<LeftOut> leftOutRows) {
      this.leftOutRows = leftOutRows;
      return this;
    }

    Builder benchmarks(SortedMap<String, String> benchmarks) {
      this.benchmarks = benchmarks;
      return this;
    }

    Builder counts(List<CountsRow> counts) {
      this.counts = counts;
      return this;
    }

    Builder maxErrorRate(List<Double> maxErrorRate) {
      this.maxErrorRate = maxErrorRate;
      return this;
    }

    Builder prompts(List<AskedPrompts> prompts) {
      this.prompts = prompts;
      return this;
    }

    Builder tables(List<TableVersion> tables) {
      this.tables = tables;
      return this;
    }

    Builder doubts(List<String> doubts) {
      this.doubts = doubts;
      return this;
    }

    Builder answers(SortedMap<String, SortedMap<String, String>> answers) {
      this.answers = answers;
      return this;
    }

    /** Returns the record. */
    Manifest build() {
      return new Manifest(
          format,
          runId,
          startedAt,
          chunks,
          environment,
          changes,
          configuration,
          leftOutRows,
          benchmarks,
          counts,
          maxErrorRate,
          prompts,
          tables,
          doubts,
          answers);
    }
  }
}
