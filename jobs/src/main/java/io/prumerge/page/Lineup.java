package io.prumerge.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Who stands in a report, run by run, methods as each run was given them. */
final class Lineup {

  /** Enough of a run's id to tell it from another. */
  private static final int RUN_SUFFIX = 8;

  private final List<MethodRun> all;
  private final Map<MethodRun, String> labels = new HashMap<>();
  private final Map<MethodRun, String> runs = new HashMap<>();

  private Lineup(List<MethodRun> all) {
    this.all = List.copyOf(all);
    for (MethodRun one : all) {
      boolean sameModel =
          all.stream()
              .anyMatch(
                  other -> other.model().equals(one.model()) && !other.runId().equals(one.runId()));
      String suffix = one.runId().substring(Math.max(0, one.runId().length() - RUN_SUFFIX));
      String run = sameModel ? one.model() + " " + suffix : one.model();
      runs.put(one, several() ? run : "");
      labels.put(one, run(one) == 0 ? one.method() : one.method() + " · " + run);
    }
  }

  /**
   * Everyone of whom there is a summary.
   *
   * @param runs rows of the table of runs, in their order
   * @param summary rows of the summary
   */
  static Lineup of(List<Row> runs, List<Row> summary) {
    List<MethodRun> rest = new ArrayList<>(summary.stream().map(MethodRun::of).toList());
    List<MethodRun> all = new ArrayList<>();
    for (Row run : runs) {
      for (String method : run.<String>getList(run.fieldIndex("methods"))) {
        MethodRun one = new MethodRun(run.getAs("run_id"), run.getAs("model"), method);
        if (rest.remove(one)) {
          all.add(one);
        }
      }
    }
    all.addAll(rest);
    return new Lineup(all);
  }

  List<MethodRun> all() {
    return all;
  }

  /** Whether more than one run is compared. */
  boolean several() {
    return all.stream().map(MethodRun::runId).distinct().count() > 1;
  }

  /** What was run; empty where there is only one run. */
  String ran(MethodRun one) {
    return runs.get(one);
  }

  /** A name that is another for everyone: the first run's methods go by theirs alone. */
  String label(MethodRun one) {
    return labels.get(one);
  }

  /** The number of its run, from 0. */
  int run(MethodRun one) {
    return all.stream().map(MethodRun::runId).distinct().toList().indexOf(one.runId());
  }

  /** The number of its method, from 0, the same in every run. */
  int method(MethodRun one) {
    return all.stream().map(MethodRun::method).distinct().toList().indexOf(one.method());
  }
}
