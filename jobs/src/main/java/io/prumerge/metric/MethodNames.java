package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey.MethodKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The names of methods in a report, unique for each method of each run. */
public final class MethodNames {

  /** Number of characters that distinguish run ids. */
  private static final int RUN_SUFFIX = 8;

  private final List<MethodKey> all;
  private final Map<String, String> runs = new HashMap<>();

  /**
   * @param all the report's
   */
  public MethodNames(Collection<MethodKey> all) {
    this.all = List.copyOf(all);
    for (MethodKey one : all) {
      boolean sameModel =
          all.stream()
              .anyMatch(
                  other -> other.model().equals(one.model()) && !other.runId().equals(one.runId()));
      String suffix = one.runId().substring(Math.max(0, one.runId().length() - RUN_SUFFIX));
      runs.put(one.runId(), sameModel ? one.model() + " " + suffix : one.model());
    }
  }

  /** Returns whether more than one run is compared. */
  public boolean areSeveralRuns() {
    return runs.size() > 1;
  }

  /** Names a run by its model, and by the end of its id if another has the same model. */
  public String run(String runId) {
    return runs.get(runId);
  }

  /** Returns {@code METHOD} if there is one run, otherwise {@code MODEL METHOD}. */
  public String name(MethodKey one) {
    return areSeveralRuns() ? run(one.runId()) + " " + one.method() : one.method();
  }

  /** Returns the methods with this name, with or without a run. */
  public List<MethodKey> called(String text) {
    return Stream.concat(
            all.stream().filter(one -> one.method().equals(text)),
            all.stream().filter(one -> isWithRun(one, text)))
        .distinct()
        .toList();
  }

  /** Returns whether a name includes the run. */
  public boolean isWithRun(MethodKey one, String text) {
    return text.equals(run(one.runId()) + " " + one.method());
  }
}
