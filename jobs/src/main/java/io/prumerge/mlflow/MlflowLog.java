package io.prumerge.mlflow;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

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

  /**
   * Collects it from a report's tables.
   *
   * @param runs the table of the runs' settings
   */
  public static MlflowLog of(
      String name, Dataset<Row> runs, Dataset<Row> summary, Dataset<Row> metrics) {
    Map<String, SortedMap<String, String>> settings = new HashMap<>();
    for (Row run : runs.collectAsList()) {
      settings.put(run.getAs("run_id"), texts(run));
    }
    Map<List<String>, SortedMap<String, Double>> figures = new HashMap<>();
    for (Row metric : metrics.where("family = 'confirmatory'").collectAsList()) {
      List<String> key = List.of(metric.getAs("run_id"), metric.getAs("method"));
      String figure =
          String.join(
              "/",
              metric.<String>getAs("benchmark"),
              metric.<String>getAs("split"),
              metric.<String>getAs("metric"));
      SortedMap<String, Double> values = figures.computeIfAbsent(key, one -> new TreeMap<>());
      put(values, figure, metric.getAs("value"));
      for (String column : List.of("stderr", "ci_low", "ci_high")) {
        put(values, figure + "_" + column, metric.getAs(column));
      }
    }
    List<Method> methods = new ArrayList<>();
    for (Row one : summary.collectAsList()) {
      String run = one.getAs("run_id");
      String method = one.getAs("method");
      SortedMap<String, String> parameters = new TreeMap<>(settings.getOrDefault(run, texts(one)));
      parameters.put("method", method);
      SortedMap<String, Double> values =
          figures.getOrDefault(List.of(run, method), new TreeMap<>());
      for (StructField column : one.schema().fields()) {
        if (column.dataType().equals(DataTypes.DoubleType) && !LEFT_OUT.contains(column.name())) {
          put(values, column.name(), one.getAs(column.name()));
        }
      }
      methods.add(new Method(one.getAs("model") + " " + method, parameters, values));
    }
    return new MlflowLog(name, methods);
  }

  private static SortedMap<String, String> texts(Row row) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (StructField column : row.schema().fields()) {
      Object value = row.getAs(column.name());
      boolean plain = value instanceof String || value instanceof Number;
      if (plain && !LEFT_OUT.contains(column.name()) && !value.toString().isEmpty()) {
        String text = value.toString();
        texts.put(column.name(), text.substring(0, Math.min(text.length(), LONGEST_VALUE)));
      }
    }
    return texts;
  }

  /** MLflow's names have letters, digits and a few signs. */
  private static void put(Map<String, Double> values, String name, Double value) {
    if (value != null && Double.isFinite(value)) {
      values.put(name.replaceAll("[^\\w./ -]", "_"), value);
    }
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
    MlflowServer.Created above = server.create(id, name, Map.of(DIGEST, digest));
    for (Method method : methods) {
      MlflowServer.Created run = server.create(id, method.name(), Map.of(PARENT, above.id()));
      server.log(run, method.parameters(), method.metrics());
      server.finish(run);
    }
    boolean uploaded = server.upload(above, "report.html", page);
    server.finish(above);
    return uploaded ? Outcome.LOGGED : Outcome.WITHOUT_PAGE;
  }
}
