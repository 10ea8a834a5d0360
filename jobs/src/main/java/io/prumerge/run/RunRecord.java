package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;

import ai.djl.engine.Engine;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.package$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The record of a finished run in {@code report/runs}.
 *
 * @param rows number of predictions
 * @param errors number of predictions with an error
 * @param dtypes resolved arithmetic; more than one value if hosts differ, none if it is unknown
 */
record RunRecord(
    Manifest manifest,
    long rows,
    long errors,
    List<String> dtypes,
    List<String> hosts,
    List<String> devices,
    Instant ended) {

  /**
   * Summarises runs, in their order and by one look at their predictions.
   *
   * @param predictions all runs' predictions, read back
   */
  static List<RunRecord> of(List<Manifest> runs, Dataset<Row> predictions) {
    Map<String, Row> found =
        predictions
            .groupBy("run_id")
            .agg(
                expr("count(*)"),
                expr("count(error)"),
                expr("sort_array(collect_set(dtype))"),
                expr("sort_array(collect_set(host))"),
                expr("sort_array(collect_set(device))"))
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row));
    Instant now = Instant.now();
    return runs.stream().map(run -> of(run, found.get(run.runId()), now)).toList();
  }

  private static RunRecord of(Manifest run, Row found, Instant now) {
    return found == null
        ? new RunRecord(run, 0, 0, List.of(), List.of(), List.of(), now)
        : new RunRecord(
            run,
            found.getLong(1),
            found.getLong(2),
            found.getList(3),
            found.getList(4),
            found.getList(5),
            now);
  }

  /** Returns a row of {@link Table#RUNS}. */
  Row row() {
    RunConfiguration configuration = manifest.configuration();
    return RowFactory.create(
        manifest.runId(),
        PinnedModel.name(configuration.model()),
        configuration.model(),
        dtypes.isEmpty() ? null : String.join(",", dtypes),
        configuration.methods(),
        configuration.examples(),
        Json.write(manifest),
        known(configuration.configSha256()),
        known(configuration.tokenizerSha256()),
        known(configuration.weightsSha256()),
        configuration.promptsSha256(),
        configuration.examplesSha256(),
        rows,
        errors,
        manifest.all(Environment::codeVersion),
        package$.MODULE$.SPARK_VERSION(),
        System.getProperty("java.version"),
        Engine.getDjlVersion(),
        Timestamp.from(Instant.parse(manifest.startedAt())),
        Timestamp.from(ended),
        hosts,
        devices,
        manifest.all(Environment::codeCommit),
        manifest.all(Environment::codeSha256),
        manifest.all(Environment::libtorchVersion),
        manifest.all(Environment::gpu),
        known(configuration.reduceBy()));
  }

  /** Returns null for what an endpoint does not have or tell. */
  private static String known(String value) {
    return value.isEmpty() ? null : value;
  }
}
