package io.prumerge.report.page;

import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.RunRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The methods of a report, run by run, in the order of each run. */
final class ReportMethods {

  private final List<MethodRun> all;
  private final Map<MethodRun, String> labels = new HashMap<>();
  private final MethodNames names;

  private ReportMethods(List<MethodRun> all, MethodNames names) {
    this.all = List.copyOf(all);
    this.names = names;
    for (MethodRun one : all) {
      labels.put(one, run(one) == 0 ? shown(one) : shown(one) + " · " + names.run(one.runId()));
    }
  }

  /**
   * Returns all methods that have a summary.
   *
   * @param runs in their order
   */
  static ReportMethods of(List<RunRow> runs, List<MethodSummary> summary, MethodNames names) {
    List<MethodRun> rest = new ArrayList<>(summary.stream().map(MethodRun::of).toList());
    List<MethodRun> all = new ArrayList<>();
    for (RunRow run : runs) {
      for (String method : run.methods()) {
        MethodRun one = new MethodRun(run.runId(), run.model(), method);
        if (rest.remove(one)) {
          all.add(one);
        }
      }
    }
    all.addAll(rest);
    return new ReportMethods(all, names);
  }

  List<MethodRun> all() {
    return all;
  }

  /** Returns whether the report has several runs. */
  boolean several() {
    return names.areSeveralRuns();
  }

  /** Returns the model of a method's run; empty if there is only one run. */
  String ran(MethodRun one) {
    return several() ? names.run(one.runId()) : "";
  }

  /** Returns a method's name, the same in every run. */
  String shown(MethodRun one) {
    return names.method(one.method());
  }

  /** Returns a unique name; for methods of the first run, the method alone. */
  String label(MethodRun one) {
    return labels.get(one);
  }

  /** Returns a method's name in the report's tables. */
  String name(MethodRun one) {
    return names.name(new MethodKey(one.runId(), one.model(), one.method()));
  }

  /** Returns the number of its run, from 0. */
  int run(MethodRun one) {
    return all.stream().map(MethodRun::runId).distinct().toList().indexOf(one.runId());
  }

  /** Returns the number of its method, from 0, equal in every run. */
  int method(MethodRun one) {
    return all.stream().map(MethodRun::method).distinct().toList().indexOf(one.method());
  }
}
