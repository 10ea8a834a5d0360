package io.prumerge.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Who stands in a report, run by run, methods as each run was given them. */
final class Lineup {

  /** Enough of a run's id to tell it from another. */
  private static final int RUN_SUFFIX = 8;

  private final List<MethodRun> all;
  private final Map<MethodRun, String> labels = new HashMap<>();

  private Lineup(List<MethodRun> all) {
    this.all = List.copyOf(all);
    Map<String, Set<String>> runsOfModels =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    MethodRun::model, Collectors.mapping(MethodRun::runId, Collectors.toSet())));
    boolean several = all.stream().map(MethodRun::runId).distinct().count() > 1;
    for (MethodRun one : all) {
      boolean ambiguous = runsOfModels.get(one.model()).size() > 1;
      String run = one.runId().substring(Math.max(0, one.runId().length() - RUN_SUFFIX));
      labels.put(
          one,
          one.method() + (several ? " · " + one.model() : "") + (ambiguous ? " · " + run : ""));
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

  /** A name that is another for everyone. */
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
