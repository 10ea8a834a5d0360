package io.prumerge.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The answers of one run, of all models and methods.
 *
 * @param answers number of predictions
 * @param errors number of those with an error
 * @param dtypes number formats that they were computed in, sorted; likewise the others
 */
public record RunAnswers(
    String runId,
    long answers,
    long errors,
    List<String> dtypes,
    List<String> hosts,
    List<String> devices) {

  /** The largest share of errors unless a run names one: with more, figures tell of these. */
  public static final double MOST_ERRORS = 0.01;

  public RunAnswers {
    dtypes = List.copyOf(dtypes);
    hosts = List.copyOf(hosts);
    devices = List.copyOf(devices);
  }

  static List<RunAnswers> of(List<EfficiencyFigures> figures) {
    Map<String, List<EfficiencyFigures>> runs =
        figures.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.costs().runId(), TreeMap::new, Collectors.toList()));
    return runs.entrySet().stream()
        .map(
            run ->
                new RunAnswers(
                    run.getKey(),
                    run.getValue().stream().mapToLong(one -> one.costs().n()).sum(),
                    run.getValue().stream().mapToLong(one -> one.costs().nErrors()).sum(),
                    distinct(run.getValue(), EfficiencyFigures::dtypes),
                    distinct(run.getValue(), EfficiencyFigures::hosts),
                    distinct(run.getValue(), EfficiencyFigures::devices)))
        .toList();
  }

  private static List<String> distinct(
      List<EfficiencyFigures> figures, Function<EfficiencyFigures, List<String>> names) {
    return figures.stream().flatMap(one -> names.apply(one).stream()).distinct().sorted().toList();
  }
}
