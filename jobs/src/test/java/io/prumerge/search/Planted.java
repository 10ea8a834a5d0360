package io.prumerge.search;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Rows;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Methods whose true accuracies and costs are known. Two questions about each image are about as
 * hard; a method's answers are right where its accuracy is above a number that is half the image's
 * and half its own.
 */
final class Planted implements RungEvaluator {

  private static final String RUN = "planted";

  private final Map<String, double[]> methods = new LinkedHashMap<>();
  private final int questions;
  private final List<Rung> asked = new ArrayList<>();
  private int failAt;

  Planted(int questions) {
    this.questions = questions;
  }

  /**
   * @param accuracy share of right answers
   * @param cost mean FLOPs
   */
  Planted with(String method, double accuracy, double cost) {
    methods.put(MethodSpec.parse(method).toString(), new double[] {accuracy, cost});
    return this;
  }

  /** Fails once, before a rung is asked. */
  Planted failingAt(int rung) {
    failAt = rung;
    return this;
  }

  List<MethodSpec> candidates() {
    return methods.keySet().stream().map(MethodSpec::parse).toList();
  }

  List<Rung> asked() {
    return asked;
  }

  /** Predictions that were asked, each rung's anew. */
  long answers() {
    return asked.stream().mapToLong(rung -> rung.questions() * rung.methods().size()).sum();
  }

  @Override
  public RungAnswers ask(Rung rung) {
    if (rung.number() == failAt) {
      failAt = 0;
      throw new IllegalStateException("killed");
    }
    asked.add(rung);
    List<Row> predictions = new ArrayList<>();
    List<Row> scores = new ArrayList<>();
    for (int question = 0; question < Math.min(rung.questions(), questions); question++) {
      for (MethodSpec spec : rung.methods()) {
        add(spec.toString(), question, predictions, scores);
      }
    }
    return new RungAnswers(
        Rows.predictions(predictions),
        Table.SCORES.of(LocalSpark.session(), scores),
        Benchmarks.KNOWN);
  }

  private void add(String method, int question, List<Row> predictions, List<Row> scores) {
    double[] truth = methods.get(method);
    int image = question / 2;
    SplittableRandom shared = new SplittableRandom(image);
    SplittableRandom own = new SplittableRandom(((long) method.hashCode() << 32) + question);
    boolean byImage = own.nextBoolean();
    double hardness = byImage ? shared.nextDouble() : own.nextDouble();
    Map<String, Object> columns = new HashMap<>();
    columns.put("run_id", RUN);
    columns.put("benchmark", "textvqa");
    columns.put("method", method);
    columns.put("image_id", "image" + image);
    columns.put("question_id", "q" + question);
    columns.put("flops_total", (long) (truth[1] * (0.99 + 0.02 * own.nextDouble())));
    columns.put("visual_tokens_layer_mean", truth[1] / 10);
    predictions.add(
        Rows.prediction(
            columns.entrySet().stream()
                .flatMap(one -> Stream.of(one.getKey(), one.getValue()))
                .toArray()));
    columns.put("split", "test");
    columns.put("model", "mini");
    columns.put("profile", "official");
    columns.put("parsed", "a");
    columns.put("gold", "a");
    columns.put("unparsed", false);
    columns.put("score", hardness < truth[0] ? 1.0 : 0.0);
    columns.put("category", "all of them");
    columns.put("groups", new String[0]);
    scores.add(
        RowFactory.create(
            Arrays.stream(Table.SCORES.schema().fieldNames()).map(columns::get).toArray()));
  }
}
