package io.prumerge.bench;

import com.sun.management.OperatingSystemMXBean;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.jobs.InProcess;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.score.Scores;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Scores a generated run and computes its figures, with this project's passes over the images and
 * with {@link CatalystFigures}, in turns and in one process. The first round warms up.
 */
@Command(
    name = "figures-race",
    mixinStandardHelpOptions = true,
    description = "Times the figures of Scale's run against Spark SQL.")
public final class FiguresRace implements Callable<Integer> {

  /** One way to compute the figures. */
  private interface Way {
    List<CatalystFigures.Figure> figures(Dataset<Row> predictions, Dataset<Row> questions);
  }

  @Option(names = "--work", required = true, paramLabel = "DIR", description = "Scale's.")
  private Path work;

  @Option(names = "--rounds", defaultValue = "2", description = "Default ${DEFAULT-VALUE}.")
  private int rounds;

  private FiguresRace() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new FiguresRace()).execute(args));
  }

  @Override
  public Integer call() {
    try (InProcess commands = new InProcess()) {
      for (int round = 1; round <= rounds; round++) {
        List<CatalystFigures.Figure> ours =
            timed(round, "this project", commands, FiguresRace::ours);
        compare(ours, timed(round, "Catalyst, overall", commands, CatalystFigures::overall));
        compare(ours, timed(round, "Catalyst, every group", commands, CatalystFigures::everyGroup));
      }
    }
    return 0;
  }

  private List<CatalystFigures.Figure> timed(int round, String name, InProcess commands, Way way) {
    SparkSession spark = commands.session();
    Dataset<Row> predictions =
        Table.PREDICTIONS.written(spark, List.of(work.resolve("run") + "/_chunks/chunk-*"));
    Dataset<Row> questions =
        Table.EXAMPLES
            .written(spark, List.of(work.resolve("examples").toString()))
            .selectExpr("benchmark", "split", "image_id", "inline(questions)")
            .selectExpr(QuestionTable.SCHEMA.fieldNames());
    long cpu = cpuNanos();
    long start = System.nanoTime();
    List<CatalystFigures.Figure> result = way.figures(predictions, questions);
    System.out.printf(
        Locale.ROOT,
        "round %d, %s: %.1f s, %.1f s of CPU, %d figures%n",
        round,
        name,
        (System.nanoTime() - start) / 1e9,
        (cpuNanos() - cpu) / 1e9,
        result.size());
    return result;
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static List<CatalystFigures.Figure> ours(
      Dataset<Row> predictions, Dataset<Row> questions) {
    return Metrics.of(
            new Scores(Benchmarks.KNOWN).of(predictions, questions, Benchmark.OFFICIAL),
            Inference.against(Inference.BASELINE))
        .metrics()
        .stream()
        .filter(metric -> metric.name().equals("overall") && metric.value().isPresent())
        .map(FiguresRace::figure)
        .toList();
  }

  private static CatalystFigures.Figure figure(Metric metric) {
    String category =
        metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES) ? "all" : metric.category();
    return new CatalystFigures.Figure(
        metric.key().method(),
        category,
        metric.value().getAsDouble(),
        metric.stderr().orElse(Double.NaN));
  }

  private static void compare(
      List<CatalystFigures.Figure> ours, List<CatalystFigures.Figure> theirs) {
    Map<List<String>, CatalystFigures.Figure> known =
        ours.stream()
            .collect(Collectors.toMap(one -> List.of(one.method(), one.category()), one -> one));
    double furthest = 0;
    for (CatalystFigures.Figure one : theirs) {
      CatalystFigures.Figure own = known.get(List.of(one.method(), one.category()));
      furthest = Math.max(furthest, relative(one.value(), own.value()));
      furthest = Math.max(furthest, relative(one.stderr(), own.stderr()));
    }
    System.out.printf(Locale.ROOT, "  furthest from this project: %.1e%n", furthest);
  }

  private static double relative(double one, double other) {
    return Math.abs(one - other) / Math.abs(other);
  }
}
