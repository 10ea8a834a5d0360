package io.prumerge.jobs;

import io.prumerge.LocalSpark;
import io.prumerge.store.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The part of a run's result that must not depend on chunks, tasks and resumes. */
public final class SameResult {

  private static final Set<String> OF_THE_OCCASION =
      Set.of("host", "device", "assigned_device", "run_id", "flops_executed");

  private SameResult() {}

  /** Returns the sorted rows of a run's predictions, without times, hosts and devices. */
  public static List<String> of(String run) {
    String[] columns =
        Arrays.stream(Table.PREDICTIONS.schema().fieldNames())
            .filter(name -> !name.startsWith("ms_") && !OF_THE_OCCASION.contains(name))
            .toArray(String[]::new);
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(run + "/predictions"))
        .selectExpr(columns)
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }
}
