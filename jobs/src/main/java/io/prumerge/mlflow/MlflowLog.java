package io.prumerge.mlflow;

import static io.prumerge.store.FileNames.putNew;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.metric.Metric;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.FileNames;
import io.prumerge.store.Json;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What MLflow gets of a report: a run for each model and method, below one that has the page.
 *
 * @param name of the run above
 * @param methods in the order of the summary
 */
public record MlflowLog(String name, List<Method> methods) {

  private static final String DIGEST = "prumerge.digest";
  private static final String PARENT = "mlflow.parentRunId";

  /** Of old servers, whose limit is the lowest. */
  private static final int LONGEST_VALUE = 250;

  /** Columns of the summary and of the runs that are no settings or figures. */
  private static final Set<String> LEFT_OUT = Set.of("configuration", "n_benchmarks");

  public MlflowLog {
    methods = List.copyOf(methods);
  }

  /**
   * A model under a method.
   *
   * @param parameters settings and versions
   * @param metrics headline figures with intervals, retention and costs; only those that are known
   */
  public record Method(
      String name, SortedMap<String, String> parameters, SortedMap<String, Double> metrics) {}

  /** Collects it from a report's tables. */
  public static MlflowLog of(
      String name, List<RunRow> runs, List<MethodSummary> summary, List<Metric> metrics) {
    Map<String, SortedMap<String, String>> settings = new HashMap<>();
    for (RunRow run : runs) {
      settings.put(run.runId(), texts(Table.RUNS.values(run)));
    }
    Map<List<String>, SortedMap<String, Double>> figures = new HashMap<>();
    for (Metric metric : metrics) {
      if (metric.isConfirmatory()) {
        ScoreKey key = metric.key();
        String figure = String.join("/", key.benchmark(), key.split(), metric.name());
        SortedMap<String, Double> values =
            figures.computeIfAbsent(List.of(key.runId(), key.method()), absent -> new TreeMap<>());
        metric.value().ifPresent(value -> put(values, figure, value));
        metric.stderr().ifPresent(error -> put(values, figure + "_stderr", error));
        metric
            .interval()
            .ifPresent(
                interval -> {
                  put(values, figure + "_ci_low", interval.low());
                  put(values, figure + "_ci_high", interval.high());
                });
      }
    }
    List<Method> methods = new ArrayList<>();
    for (MethodSummary one : summary) {
      Map<String, Object> columns = MethodSummary.TABLE.values(one);
      SortedMap<String, String> parameters =
          new TreeMap<>(settings.getOrDefault(one.runId(), texts(columns)));
      parameters.put("method", one.method());
      SortedMap<String, Double> values =
          figures.getOrDefault(List.of(one.runId(), one.method()), new TreeMap<>());
      columns.forEach(
          (column, value) -> {
            if (value instanceof Double figure) {
              put(values, column, figure);
            }
          });
      methods.add(new Method(one.model() + " " + one.method(), parameters, spelt(values)));
    }
    return new MlflowLog(name, methods);
  }

  private static SortedMap<String, String> texts(Map<String, Object> columns) {
    SortedMap<String, String> texts = new TreeMap<>();
    columns.forEach(
        (column, value) -> {
          boolean plain = value instanceof String || value instanceof Number;
          if (plain && !LEFT_OUT.contains(column) && !value.toString().isEmpty()) {
            String text = value.toString();
            texts.put(column, text.substring(0, Math.min(text.length(), LONGEST_VALUE)));
          }
        });
    return texts;
  }

  private static void put(Map<String, Double> values, String name, double value) {
    if (Double.isFinite(value)) {
      putNew(values, name, value);
    }
  }

  /** MLflow's names have letters, digits and a few signs. */
  private static SortedMap<String, Double> spelt(SortedMap<String, Double> values) {
    Map<String, String> names =
        FileNames.apart(values.keySet(), name -> name.replaceAll("[^\\w./ -]", "_"));
    SortedMap<String, Double> spelt = new TreeMap<>();
    values.forEach((name, value) -> putNew(spelt, names.get(name), value));
    return spelt;
  }

  /** What came of logging. */
  public enum Outcome {
    LOGGED,
    /** The server takes no files, so that it has all but the page. */
    WITHOUT_PAGE,
    /** The experiment has it already. */
    THERE_BEFORE
  }

  /**
   * Logs everything, unless the experiment has the same already.
   *
   * @param page the report's page
   * @throws IOException if the server cannot be asked or refuses something; what was logged until
   *     then stays, unfinished
   */
  public Outcome send(MlflowServer server, String experiment, byte[] page) throws IOException {
    String digest = Sha256.hex(Json.write(this).getBytes(StandardCharsets.UTF_8));
    String id = server.experiment(experiment);
    if (server.has(id, DIGEST, digest)) {
      return Outcome.THERE_BEFORE;
    }
    CreatedRun above = server.create(id, name, Map.of(DIGEST, digest));
    for (Method method : methods) {
      CreatedRun run = server.create(id, method.name(), Map.of(PARENT, above.id()));
      server.log(run, method.parameters(), method.metrics());
      server.finish(run);
    }
    boolean uploaded = server.upload(above, "report.html", page);
    server.finish(above);
    return uploaded ? Outcome.LOGGED : Outcome.WITHOUT_PAGE;
  }
}
