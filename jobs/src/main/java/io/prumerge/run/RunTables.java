package io.prumerge.run;

import ai.djl.engine.Engine;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.metric.Inference;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.RunPlan;
import io.prumerge.published.PublishedFile;
import io.prumerge.report.MethodCosts;
import io.prumerge.report.Noise;
import io.prumerge.report.Repeats;
import io.prumerge.report.Report;
import io.prumerge.report.RunAnswers;
import io.prumerge.report.page.ModelShapes;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.PictureSources;
import io.prumerge.score.Scores;
import io.prumerge.service.Unknown;
import io.prumerge.settings.ModelHashes;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.FewAnswers;
import io.prumerge.store.Json;
import io.prumerge.store.ReplyCounts;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import io.prumerge.store.WrittenRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.package$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Writes a run's tables and pages from its committed chunks.
 *
 * @param chunks markers of all chunks
 * @param repeats markers of the repeats of all questions
 * @param published figures beside which those of the run are put
 * @param models dimensions of the models
 */
record RunTables(
    SparkSession spark,
    RunPlan plan,
    Manifests manifests,
    RunDirectory directory,
    SortedMap<Integer, ChunkMarker> chunks,
    SortedMap<Integer, ChunkMarker> repeats,
    Inference inference,
    Optional<PublishedFile> published,
    RunModels models) {

  private static final int ROWS_PER_FILE = 200_000;

  /** Takes the markers of a run whose chunks are all committed. */
  static RunTables of(SparkSession spark, StartedRun run, Optional<PublishedFile> published)
      throws IOException {
    return new RunTables(
        spark,
        run.plan(),
        run.manifests(),
        run.directory(),
        run.directory().markers(),
        run.directory().repeats().markers(),
        run.inference(),
        published,
        RunModels.of(run.manifests().runs()));
  }

  /**
   * Checks that the chunks hold the planned answers. Examples from a DataFrame may give other rows
   * each time they are read.
   *
   * @throws Failure if they do not
   */
  void requireAll() {
    if (answers() != plan.answers()) {
      throw new Failure(
          Text.format(
              "Cannot finish %s: it holds %,d answers instead of the planned %,d, because its"
                  + " examples changed between two reads; start in a new folder with examples that"
                  + " stay the same",
              directory.root(), answers(), plan.answers()));
    }
  }

  /** Returns the number of answers that the chunks' markers promise. */
  long answers() {
    return ErrorRate.held(chunks.values()).answers();
  }

  /** Returns the number of errors among them. */
  long errors() {
    return ErrorRate.held(chunks.values()).errors();
  }

  /** Returns the digest of everything that the tables are made from. */
  String source() {
    return source(chunks, repeats, inference, published);
  }

  /** Returns the digest that tables of these chunks and repeats have. */
  static String source(
      SortedMap<Integer, ChunkMarker> chunks,
      SortedMap<Integer, ChunkMarker> repeats,
      Inference inference,
      Optional<PublishedFile> published) {
    String attempts =
        Stream.of(chunks, repeats)
            .flatMap(markers -> markers.values().stream())
            .map(ChunkMarker::attempt)
            .collect(Collectors.joining("\n"));
    String beside = published.map(file -> "\n" + file.sha256()).orElse("");
    return Sha256.hex((attempts + "\n" + inference + beside).getBytes(StandardCharsets.UTF_8));
  }

  /** Writes everything to a new folder. */
  WrittenRun write(Path root) throws IOException {
    writePredictions(root);
    LongAccumulator scores = spark.sparkContext().longAccumulator();
    AtomicReference<MethodCosts> costs = new AtomicReference<>();
    SortedMap<String, List<ReplyCounts>> replies = new TreeMap<>();
    new InFlight(spark.sparkContext())
        .run(
            List.of(
                () ->
                    Table.SCORES.write(
                        new Scores(inference.benchmarks(), plan.plan().contents().benchmarkNames())
                            .counted(
                                read(Table.PREDICTIONS, root),
                                FewAnswers.together(plan.plan().references(), answers()),
                                scores),
                        path(Table.SCORES, root)),
                () -> costs.set(Report.costs(read(Table.PREDICTIONS, root))),
                () -> replies.putAll(replies(root))));
    Report report = repeated(report(root, costs.get()), root);
    List<RunRow> records = records(report);
    PageSources sources =
        PageSources.builder(RunDirectory.report(root).toString(), report)
            .runs(records)
            .predictions(read(Table.PREDICTIONS, root))
            .scores(read(Table.SCORES, root))
            .examples(new PictureSources(List.of(), plan.rows()))
            .models(new ModelShapes(models.shapes(), models.tilings()))
            .build();
    RunReports.write(spark, table -> path(table, root), sources);
    Map<String, Long> rows = new TreeMap<>();
    rows.put(RunDirectory.place(Table.PREDICTIONS), answers());
    rows.put(RunDirectory.place(Table.SCORES), scores.value());
    if (!repeats.isEmpty()) {
      rows.put(RunDirectory.place(Table.REPEATS), repeatedAnswers());
    }
    sources
        .tables()
        .forEach(one -> rows.put(RunDirectory.place(one.table()), (long) one.rows().size()));
    return new WrittenRun(
        new RunOutput(Optional.of(report), records),
        new WrittenRows(answers(), errors(), rows, replies));
  }

  /**
   * Counts what became of questions to endpoints, by run: in written predictions, then in each
   * repeat.
   *
   * @throws Failure if the plan, the chunks and the answers are not of the same questions
   */
  SortedMap<String, List<ReplyCounts>> replies(Path root) throws IOException {
    SortedMap<String, List<ReplyCounts>> replies = new TreeMap<>();
    for (int run = 0; run < plan.models().size(); run++) {
      ModelPlan model = plan.models().get(run);
      if (model.endpoint().isPresent()) {
        String id = manifests.runs().get(run).runId();
        List<ReplyCounts> counts = new ArrayList<>();
        counts.add(
            EndpointReplies.of(read(Table.PREDICTIONS, root), id)
                .closed(plan.answers(model), ErrorRate.held(chunksOf(id))));
        for (ChunkMarker repeat : repeats.values()) {
          if (repeat.chunk() % plan.models().size() == run) {
            counts.add(
                EndpointReplies.of(directory.repeats().answers(spark, repeat), id)
                    .closed(plan.answers(model), ErrorRate.held(List.of(repeat))));
          }
        }
        replies.put(id, counts);
      }
    }
    return replies;
  }

  private List<ChunkMarker> chunksOf(String run) {
    return chunks.values().stream().filter(chunk -> chunk.counts().runId().equals(run)).toList();
  }

  /** Writes the predictions of all chunks to a new folder. */
  void writePredictions(Path root) {
    Table.PREDICTIONS.write(
        FewAnswers.together(
            Table.PREDICTIONS.written(
                spark,
                chunks.values().stream()
                    .map(chunk -> directory.attempt(chunk).toString())
                    .toList()),
            answers()),
        path(Table.PREDICTIONS, root),
        ROWS_PER_FILE);
  }

  private long repeatedAnswers() {
    return repeats.values().stream().mapToLong(repeat -> repeat.counts().answers()).sum();
  }

  /** Writes the repeats' answers to a new folder, and returns the report with what they change. */
  private Report repeated(Report report, Path root) {
    if (repeats.isEmpty()) {
      return report;
    }
    RunDirectory folder = directory.repeats();
    Dataset<Row> answers =
        repeats.values().stream()
            .map(
                marker ->
                    Repeats.numbered(
                        folder.answers(spark, marker),
                        1 + marker.chunk() / manifests.runs().size()))
            .reduce(Dataset::union)
            .orElseThrow();
    Dataset<Row> scores =
        new Scores(inference.benchmarks(), plan.plan().contents().benchmarkNames())
            .of(answers, plan.plan().references())
            .persist();
    try {
      Repeats all = new Repeats(answers, scores);
      Table.REPEATS.write(
          all.rows(inference.benchmarks().ownProfiles()), path(Table.REPEATS, root), ROWS_PER_FILE);
      return report.repeated(
          all.noise(
              read(Table.REPEATS, root),
              read(Table.PREDICTIONS, root),
              read(Table.SCORES, root),
              report.results(),
              inference));
    } finally {
      scores.unpersist();
    }
  }

  /** Computes the report and records of tables that are written. */
  RunOutput output(Path root) {
    Report made = report(root, Report.costs(read(Table.PREDICTIONS, root)));
    Report report =
        repeats.isEmpty() ? made : made.repeated(Noise.TABLE.records(read(Noise.TABLE, root)));
    return new RunOutput(Optional.of(report), records(report));
  }

  private Report report(Path root, MethodCosts costs) {
    Report report =
        models.noted(
            Report.of(costs, read(Table.PREDICTIONS, root), read(Table.SCORES, root), inference)
                .estimated(models.shapes())
                .ofFiles(Manifest.ofFiles(manifests.runs()))
                .asked(Manifest.templates(manifests.runs())));
    return published
        .map(file -> report.beside(file, Manifest.askings(manifests.runs(), models)))
        .orElse(report);
  }

  private List<RunRow> records(Report report) {
    return records(
        manifests, report.runs().stream().collect(Collectors.toMap(RunAnswers::runId, run -> run)));
  }

  /**
   * Summarises runs that end now, in their order.
   *
   * @param found what the predictions say of each run, by its id
   */
  static List<RunRow> records(Manifests manifests, Map<String, RunAnswers> found) {
    return manifests.runs().stream()
        .map(
            run ->
                record(
                    run,
                    found.getOrDefault(
                        run.runId(),
                        new RunAnswers(run.runId(), 0, 0, List.of(), List.of(), List.of()))))
        .toList();
  }

  /** Returns the record of a run that ends now. */
  static RunRow record(Manifest manifest, RunAnswers answers) {
    RunConfiguration configuration = manifest.configuration();
    String modelPath = configuration.model();
    return new RunRow(
        manifest.runId(),
        configuration.name(),
        modelPath,
        answers.dtypes().isEmpty() ? null : String.join(",", answers.dtypes()),
        configuration.methods(),
        configuration.examples(),
        Json.write(manifest),
        hash(configuration, ModelHashes::configSha256),
        hash(configuration, ModelHashes::tokenizerSha256),
        hash(configuration, ModelHashes::weightsSha256),
        configuration.questions().promptsSha256(),
        configuration.questions().examplesSha256(),
        answers.answers(),
        answers.errors(),
        manifest.all(Environment::codeVersion),
        package$.MODULE$.SPARK_VERSION(),
        System.getProperty("java.version"),
        Engine.getDjlVersion(),
        Instant.parse(manifest.startedAt()),
        Instant.now(),
        answers.hosts(),
        answers.devices(),
        manifest.all(Environment::codeCommit),
        manifest.all(Environment::codeSha256),
        manifest.all(Environment::libtorchVersion),
        manifest.all(Environment::gpu),
        spelling(configuration, RunSetting.REDUCE_BY),
        manifest.all(Environment::mklOnAmd),
        manifest.all(Environment::packedWeights),
        spelling(configuration, RunSetting.ANSWER_BY),
        manifest.counts().isEmpty() ? null : manifest.counts());
  }

  /** Returns a hash of a checkpoint's files; null behind an endpoint. */
  private static String hash(RunConfiguration configuration, Function<ModelHashes, String> one) {
    return configuration.hashes().map(one).orElse(null);
  }

  /** Returns how a setting's value is spelt; null if the setting does not count for the model. */
  private static <E extends Enum<E>> String spelling(
      RunConfiguration configuration, RunSetting<E> setting) {
    return configuration.settings().find(setting).map(Unknown::spelling).orElse(null);
  }

  private Dataset<Row> read(Table<?> table, Path root) {
    return FewAnswers.together(table.written(spark, List.of(path(table, root))), answers());
  }

  private static String path(Table<?> table, Path root) {
    return new Path(root, RunDirectory.place(table)).toString();
  }
}
