package io.prumerge.report.page;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.Texts;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.lang.Text;
import io.prumerge.leaderboard.Standing;
import io.prumerge.prepare.ExampleCounts;
import io.prumerge.report.DroppedTokens;
import io.prumerge.report.RunDifference;
import io.prumerge.report.TimeTitle;
import io.prumerge.source.DataException;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.OutputFile;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import io.prumerge.template.Templates;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Writes {@code report.md}, {@code report.html} and the {@linkplain PaperFiles paper's table} to
 * the folder of a report's tables.
 */
public final class ReportPages {

  /** The page for browsers. */
  public static final String HTML = "report.html";

  /** The page for terminals and repositories. */
  public static final String MARKDOWN = "report.md";

  /** The model whose figures at equal numbers of tokens papers print. */
  private static final String SEVEN_B = "llava-1.5-7b";

  /** The models of which papers have figures. */
  private static final List<String> PUBLISHED = List.of(SEVEN_B, "llava-1.5-13b");

  /** Of more benchmarks, the title says the number. */
  private static final int MOST_NAMED = 3;

  private final SparkSession spark;
  private final PageSources sources;
  private final ReportRows rows;
  private final ReportMethods lineup;
  private final Published published = Published.bundled();

  private ReportPages(SparkSession spark, PageSources sources) {
    this.spark = spark;
    this.sources = sources;
    rows = ReportRows.of(sources.report(), sources.runs());
    lineup = ReportMethods.of(rows.runs(), rows.summary(), sources.report().names());
  }

  /**
   * Writes the pages and the paper's table, and all tables as LaTeX if they are wanted. The driver
   * gets aggregates and a bounded number of examples; executors scale the images down.
   */
  public static void write(SparkSession spark, PageSources sources) throws IOException {
    Page page = new ReportPages(spark, sources).page();
    PageAssets assets = PageAssets.of(ReportPages.class, "report.js");
    Path folder = new Path(sources.folder());
    FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    write(files, new Path(folder, HTML), Templates.html(ReportPages.class, "report", page, assets));
    write(
        files,
        new Path(folder, MARKDOWN),
        Templates.markdown(ReportPages.class, "report", page, assets));
    PaperFiles.write(
        files, folder, PaperTable.of(sources.report()), sources.report().published().rows());
    if (sources.latex().isPresent()) {
      Path latex = sources.latex().get();
      LatexFiles.write(
          latex.getFileSystem(spark.sparkContext().hadoopConfiguration()), latex, page);
    }
  }

  /** Writes a new file in UTF-8. */
  static void write(FileSystem files, Path file, String text) throws IOException {
    try (OutputStream out = OutputFile.create(files, file, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Page page() {
    Headlines headlines = new Headlines(rows, lineup, published);
    Contrasts contrasts = new Contrasts(rows, headlines, RunDifference.of(sources.report()));
    Costs costs = new Costs(rows, lineup);
    RunStatus status = new RunStatus(rows, lineup, sources.progress());
    ChartData charts = ChartData.of(rows, lineup, headlines, costs);
    Dataset<Row> predictions = sources.predictions();
    List<String> gaps = new ArrayList<>();
    Examples examples =
        Examples.of(
            spark, rows, lineup, predictions, sources.scores(), pictures(gaps), sources.models());
    return new Page(
        new PageHead(
            title(),
            lineup.several() ? lineup.ran(lineup.all().get(0)) : "",
            rows.baseline(),
            headlines.verdicts().baseline(),
            status.facts(),
            status.doubts(),
            headlines.verdicts().sentence(contrasts.areRunsCompared()),
            headlines.findings(),
            chartTitle(headlines),
            sources.also()),
        observed(),
        ProtocolTable.figures(sources.report()),
        new HeadlineFigures(
            new HeadlineTable(headlines, lineup, TimeTitle.of("ms", rows.efficiency())).table(),
            rows.metrics().stream().anyMatch(row -> FigureCell.of(row).adjustedP().isPresent()),
            Stream.of(
                    DroppedTokens.caveats(rows.efficiency(), sources.report().names()),
                    headlines.caveats(),
                    sources.report().published().warnings(),
                    sources.report().notes())
                .flatMap(List::stream)
                .toList(),
            new UndecidedTable(rows, headlines, lineup).table(),
            new NoiseTable(rows, headlines, lineup).table(),
            new ChangedVerdicts(rows, lineup).table(),
            contrasts.limits(),
            published()),
        new BesideTable(sources.report().published(), lineup).figures(),
        boards(headlines),
        new ComparedMethods(
            contrasts.asked(),
            contrasts.caveats(true),
            contrasts.runs(),
            contrasts.table(),
            contrasts.caveats(false)),
        new WorkTables(
            costs.tokens(),
            new Categories(rows, lineup).tables(headlines.columns()),
            new RequestsTable(rows, lineup).table(),
            costs.stages(),
            costs.times(),
            costs.hardware(),
            costs.someHardware(),
            TimeTitle.of("measured ms per question:", rows.efficiency()),
            places()),
        new ShownExamples(examples.cards(), examples.pictures(), gaps),
        new RunDetails(Errors.table(predictions, lineup, status.errors()), Runs.table(rows)),
        DrawnCharts.of(charts),
        json(charts));
  }

  private PublishedFigures published() {
    return new PublishedFigures(
        PUBLISHED.stream().anyMatch(name -> !sources.models().runsOf(name).isEmpty()),
        published.table(),
        published.sources(),
        published.remarks());
  }

  private RankedBoards boards(Headlines headlines) {
    PublishedBudgets printed = PublishedBudgets.bundled();
    List<Standing> ranked = rows.ranked();
    Set<String> runs = ranked.stream().map(Standing::runId).collect(Collectors.toSet());
    return new RankedBoards(
        new Boards(
                ranked,
                lineup,
                headlines,
                printed,
                sources.models().runsOf(SEVEN_B),
                rows.efficiency())
            .tables(),
        new AgreementMatrices(ranked, rows.agreement(), lineup).tables(),
        new OracleTables(
                rows.oracle().stream()
                    .filter(row -> runs.contains(row.runId()) && row.nMethods() > 1)
                    .toList(),
                lineup)
            .table(),
        printed.tables(),
        Stream.concat(printed.notes().stream(), printed.remarks().stream()).toList());
  }

  private String observed() {
    long videos = rows.runs().stream().filter(run -> !Examples.protocol(run).isEmpty()).count();
    return videos == 0 ? "image" : videos == rows.runs().size() ? "video" : "image or video";
  }

  // The models and what they were asked.
  private String title() {
    List<String> benchmarks =
        rows.efficiency().stream().map(EfficiencyRow::benchmark).distinct().toList();
    String asked =
        benchmarks.size() > MOST_NAMED
            ? Texts.count(benchmarks.size(), "benchmark")
            : String.join(", ", benchmarks);
    String models =
        String.join(" and ", rows.runs().stream().map(RunRow::model).distinct().toList());
    return benchmarks.isEmpty() ? models : models + " on " + asked;
  }

  /** Returns the title of the chart of all methods; empty without a method to compare. */
  private String chartTitle(Headlines headlines) {
    int told = ChartData.told(lineup.all(), rows.baseline(), headlines).size();
    return told == 0
        ? ""
        : "retention %"
            + (told > ChartData.MOST_TOLD
                ? Text.format(" of the %d methods with the most of %d", ChartData.MOST_TOLD, told)
                : "");
  }

  /** Returns the devices and number formats of the measured times. */
  private List<String> places() {
    return rows.runs().stream()
        .filter(run -> run.dtype() != null) // else no model ran here
        .map(run -> Text.format("%s in %s", String.join(", ", run.devices()), run.dtype()))
        .distinct()
        .toList();
  }

  /** Returns the examples, if any can be read, and adds a message for each folder that cannot. */
  private Optional<Dataset<Row>> pictures(List<String> gaps) {
    if (sources.examples().rows().isPresent()) {
      return sources.examples().rows();
    }
    List<String> folders =
        sources.examples().folders().isEmpty()
            ? rows.runs().stream().flatMap(run -> run.examples().stream()).distinct().toList()
            : sources.examples().folders();
    List<String> readable = new ArrayList<>();
    for (String folder : folders) {
      try {
        Table.EXAMPLES.read(spark, List.of(folder));
        readable.add(folder);
      } catch (DataException e) {
        gaps.add("Pictures are missing: " + e.getMessage());
      }
    }
    return readable.isEmpty()
        ? Optional.empty()
        : Optional.of(Table.EXAMPLES.written(spark, readable));
  }

  private static String json(ChartData data) {
    try {
      return new ObjectMapper().writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the charts' data as JSON", e);
    }
  }

  /** The errors by kind. */
  private static final class Errors {

    /** Number of kinds on the page, the most frequent first; the predictions have all errors. */
    private static final int MOST = 50;

    private static final int LONGEST = 300;

    /**
     * Errors of one kind.
     *
     * @param example the least of their messages
     */
    private record Kind(
        MethodRun who, String benchmark, String split, String kind, long n, String example) {}

    private Errors() {}

    /**
     * Returns a line per run, benchmark, method and kind of error, with one of the messages.
     *
     * @param errors number of predictions with an error; they are not looked at if it is 0
     */
    static TableView table(Dataset<Row> predictions, ReportMethods lineup, long errors) {
      List<Kind> kinds = errors == 0 ? List.of() : kinds(predictions);
      return new TableColumns<Kind>()
          .text("kind", row -> TableCell.name(Texts.shown(row.kind(), LONGEST)))
          .text("benchmark", row -> TableCell.text(ReportRows.split(row.benchmark(), row.split())))
          .text("method", row -> TableCell.text(lineup.label(row.who())))
          .number("answers", row -> TableCell.number(row.n()))
          .text("for example", row -> TableCell.text(Texts.shown(row.example(), LONGEST)))
          .of("Errors, counted as wrong", kinds);
    }

    private static List<Kind> kinds(Dataset<Row> predictions) {
      Dataset<Row> kinds =
          predictions
              .where("error IS NOT NULL")
              .withColumn("error", functions.expr(Text.format("left(error, %d)", LONGEST + 1)))
              .withColumn("kind", functions.substring_index(col("error"), ":", 1))
              .groupBy("run_id", "model", "benchmark", "split", "method", "kind")
              .agg(functions.count("error").as("n"), functions.min("error").as("example"))
              .orderBy(col("n").desc(), col("benchmark"), col("split"), col("method"), col("kind"))
              .limit(MOST);
      return RecordColumns.of(Kind.class).collect(kinds);
    }
  }

  /** Settings, versions and hashes, a column per run. */
  private static final class Runs {

    private static final int HASH = 12;
    private static final String PICTURES = "pictures";
    private static final String SERVERS = "servers";
    private static final String FRAMES = "frames";

    private Runs() {}

    static TableView table(ReportRows rows) {
      List<RunRow> runs = rows.runs();
      TableColumns<Setting> columns =
          new TableColumns<Setting>().text("run", setting -> TableCell.name(setting.name()));
      for (RunRow run : runs) {
        columns.text(
            run.runId(),
            setting -> {
              String value = setting.value().apply(run);
              return TableCell.text(value == null ? "" : Texts.shown(value, 500));
            });
      }
      List<Setting> shown =
          Stream.concat(settings().stream(), counted(rows))
              .filter(setting -> runs.stream().anyMatch(run -> setting.isSaidOf(run)))
              .toList();
      return columns.of("Settings, versions and hashes", shown);
    }

    /** Returns lines with what became of all that was read, one for each benchmark of the runs. */
    private static Stream<Setting> counted(ReportRows rows) {
      Map<Place, Set<String>> asked = new LinkedHashMap<>();
      for (EfficiencyRow row : rows.efficiency()) {
        asked
            .computeIfAbsent(
                new Place(row.benchmark(), row.split()), place -> new LinkedHashSet<>())
            .add(row.runId());
      }
      return asked.entrySet().stream()
          .map(
              one ->
                  new Setting(
                      "read for "
                          + ReportRows.split(one.getKey().benchmark(), one.getKey().split()),
                      run ->
                          one.getValue().contains(run.runId()) ? one.getKey().counted(run) : ""));
    }

    /** A benchmark's split. */
    private record Place(String benchmark, String split) {

      String counted(RunRow run) {
        String counts =
            Optional.ofNullable(run.counts()).stream()
                .flatMap(List::stream)
                .filter(one -> one.isOf(benchmark, split))
                .map(
                    one ->
                        ExampleCounts.of(one)
                            .sentence(Examples.protocol(run).isEmpty() ? "picture" : "video"))
                .collect(Collectors.joining("; "));
        return counts.isEmpty() ? ExampleCounts.NOT_COUNTED : counts;
      }
    }

    /** What the lines of the table say of a run. */
    private record Setting(String name, Function<RunRow, String> value) {

      // A run whose model has one resolution says none of its pictures, one without pairs no
      // server, one without videos no frames.
      boolean isSaidOf(RunRow run) {
        return !Set.of(PICTURES, SERVERS, FRAMES).contains(name) || !value.apply(run).isEmpty();
      }

      /** The sizes of pictures, where the model sees them at their own. */
      static Setting pictures() {
        return new Setting(
            PICTURES,
            run -> {
              JsonNode asked = Examples.configuration(run);
              return new ImageBounds(
                      asked.path("min_pixels").asInt(),
                      asked.path("max_pixels").asInt(),
                      asked.path("square").asInt())
                  .toString();
            });
      }

      /** Which frames of its videos the model sees. */
      static Setting frames() {
        return new Setting(FRAMES, Examples::protocol);
      }

      /** The other servers of a model behind an endpoint. */
      static Setting servers() {
        return new Setting(
            SERVERS,
            run -> {
              List<String> servers = new ArrayList<>();
              Examples.configuration(run)
                  .path("servers")
                  .forEach(server -> servers.add(server.asText()));
              return String.join(", ", servers);
            });
      }

      static Setting list(String name, Function<RunRow, List<String>> values) {
        return new Setting(name, run -> String.join(", ", values.apply(run)));
      }

      static Setting count(String name, ToLongFunction<RunRow> count) {
        return new Setting(name, run -> Text.format("%,d", count.applyAsLong(run)));
      }

      static Setting time(String name, Function<RunRow, Instant> time) {
        return new Setting(name, run -> time.apply(run).toString());
      }

      static Setting hash(String of, Function<RunRow, String> sha256) {
        return new Setting(
            of + " sha256",
            run -> {
              String hash = sha256.apply(run);
              return hash == null ? "" : hash.substring(0, Math.min(HASH, hash.length()));
            });
      }
    }

    private static List<Setting> settings() {
      return List.of(
          new Setting("model", RunRow::model),
          Setting.pictures(),
          Setting.frames(),
          new Setting("model path", RunRow::modelPath),
          Setting.servers(),
          new Setting("dtype", RunRow::dtype),
          new Setting("answer by", RunRow::answerBy),
          Setting.list("methods", RunRow::methods),
          Setting.list("examples", RunRow::examples),
          Setting.count("answers", RunRow::nRows),
          Setting.count("errors", RunRow::nErrors),
          Setting.time("started at", RunRow::startedAt),
          Setting.time("ended at", RunRow::endedAt),
          Setting.list("hosts", RunRow::hosts),
          Setting.list("devices", RunRow::devices),
          new Setting("code version", RunRow::codeVersion),
          new Setting("code commit", RunRow::codeCommit),
          new Setting("spark version", RunRow::sparkVersion),
          new Setting("java version", RunRow::javaVersion),
          new Setting("djl version", RunRow::djlVersion),
          new Setting("libtorch version", RunRow::libtorchVersion),
          new Setting("gpu", RunRow::gpu),
          Setting.hash("code", RunRow::codeSha256),
          Setting.hash("weights", RunRow::weightsSha256),
          Setting.hash("config", RunRow::configSha256),
          Setting.hash("tokenizer", RunRow::tokenizerSha256),
          Setting.hash("prompts", RunRow::promptsSha256),
          Setting.hash("examples", RunRow::examplesSha256));
    }
  }
}
