package io.prumerge.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.prumerge.lang.Text;
import io.prumerge.metric.Inference;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.RunPair;
import io.prumerge.settings.RunSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What is not the same in compared runs besides the model: the prompts and how they are asked. */
final class AskingDifferences {

  /**
   * Questions of a benchmark.
   *
   * @param first of the first run
   * @param second of the other
   * @param shared of both
   * @param otherPrompt of the shared ones, those with different prompts
   */
  private record Counts(
      String benchmark, String split, long first, long second, long shared, long otherPrompt) {}

  private final Map<String, Manifest> runs;
  private final Map<String, String> labels;

  private AskingDifferences(List<Manifest> runs, MethodNames names) {
    this.runs = runs.stream().collect(Collectors.toMap(Manifest::runId, Function.identity()));
    this.labels =
        names.all().stream()
            .collect(Collectors.toMap(one -> one.runId(), names::folder, (one, same) -> one));
  }

  /**
   * Returns a message for each difference of two runs whose methods are compared.
   *
   * @param predictions of all runs
   */
  static List<String> of(Dataset<Row> predictions, List<Manifest> runs, Inference inference) {
    List<RunPair> pairs = RunPair.of(inference.contrasts());
    if (pairs.isEmpty()) {
      return List.of();
    }
    AskingDifferences differences =
        new AskingDifferences(
            runs,
            new MethodNames(
                RunContrasts.methods(runs), inference.folders(), inference.protocols()));
    List<Row> counts = counts(predictions, pairs);
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      messages.addAll(differences.ofSettings(pairs.get(i)));
      for (Row row : counts) {
        messages.addAll(differences.ofQuestions(pairs.get(i), counts(row, i)));
      }
    }
    return messages;
  }

  /** Returns a row per benchmark and split: its names, then four numbers for each pair. */
  private static List<Row> counts(Dataset<Row> predictions, List<RunPair> pairs) {
    List<String> runs =
        pairs.stream().flatMap(pair -> Stream.of(pair.a(), pair.b())).distinct().toList();
    List<Column> prompts =
        runs.stream().map(run -> promptOf(run).as("run" + runs.indexOf(run))).toList();
    List<Column> counts = new ArrayList<>();
    for (RunPair pair : pairs) {
      Column a = col("run" + runs.indexOf(pair.a()));
      Column b = col("run" + runs.indexOf(pair.b()));
      counts.add(number(a.isNotNull()));
      counts.add(number(b.isNotNull()));
      counts.add(number(a.isNotNull().and(b.isNotNull())));
      counts.add(number(a.notEqual(b)));
    }
    return aggregated(
            aggregated(predictions, List.of("benchmark", "split", "question_id"), prompts),
            List.of("benchmark", "split"),
            counts)
        .orderBy("benchmark", "split")
        .collectAsList();
  }

  private static Column promptOf(String run) {
    return max(when(col("run_id").equalTo(run), col("prompt_sha256")));
  }

  private static Column number(Column condition) {
    return sum(coalesce(condition, lit(false)).cast("long"));
  }

  private static Dataset<Row> aggregated(
      Dataset<Row> rows, List<String> key, List<Column> columns) {
    return rows.groupBy(key.get(0), key.subList(1, key.size()).toArray(String[]::new))
        .agg(columns.get(0), columns.subList(1, columns.size()).toArray(Column[]::new));
  }

  private static Counts counts(Row row, int pair) {
    int first = 2 + 4 * pair;
    return new Counts(
        row.getString(0),
        row.getString(1),
        row.getLong(first),
        row.getLong(first + 1),
        row.getLong(first + 2),
        row.getLong(first + 3));
  }

  private List<String> ofQuestions(RunPair pair, Counts counts) {
    String place = name(pair) + " on " + counts.benchmark() + "/" + counts.split() + ": ";
    if (counts.first() > 0 && counts.second() > 0 && counts.shared() == 0) {
      return List.of(place + "the runs have no question in common, so nothing is compared");
    }
    return counts.otherPrompt() == 0
        ? List.of()
        : List.of(
            place
                + Text.format(
                    "%,d of %,d shared questions were asked with different prompts",
                    counts.otherPrompt(), counts.shared()));
  }

  private List<String> ofSettings(RunPair pair) {
    List<String> messages = new ArrayList<>();
    ofSetting(
        pair,
        "conversation templates",
        run -> run.configuration().settings().find(RunSetting.CONVERSATION).orElse(""),
        messages);
    ofSetting(
        pair,
        "bounds of the pictures' size",
        run -> run.configuration().bounds().toString(),
        messages);
    ofSetting(
        pair,
        "bounds of the frames' size",
        run -> run.configuration().frameBounds().toString(),
        messages);
    return messages;
  }

  // A service does not tell its template, and a model of one resolution has no bounds.
  private void ofSetting(
      RunPair pair, String name, Function<Manifest, String> setting, List<String> messages) {
    String a = setting.apply(runs.get(pair.a()));
    String b = setting.apply(runs.get(pair.b()));
    if (!a.isEmpty() && !b.isEmpty() && !a.equals(b)) {
      messages.add(
          Text.format("%s: the runs have different %s, %s and %s", name(pair), name, a, b));
    }
  }

  private String name(RunPair pair) {
    return labels.get(pair.a()) + " minus " + labels.get(pair.b());
  }
}
