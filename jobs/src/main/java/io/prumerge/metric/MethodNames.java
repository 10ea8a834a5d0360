package io.prumerge.metric;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What methods are called in a report: a name of its own for each method of each run. */
public final class MethodNames {

  /** Enough of a run's id to tell it from another. */
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

  /** Whether more than one run is compared. */
  public boolean areSeveralRuns() {
    return runs.size() > 1;
  }

  /** A run by its model, and by the end of its id where another has the same model. */
  public String run(String runId) {
    return runs.get(runId);
  }

  /** {@code METHOD} where there is one run, else {@code MODEL METHOD}. */
  public String name(MethodKey one) {
    return areSeveralRuns() ? run(one.runId()) + " " + one.method() : one.method();
  }

  /** Those that are called so, with their run or without. */
  public List<MethodKey> called(String text) {
    return Stream.concat(
            all.stream().filter(one -> one.method().equals(text)),
            all.stream().filter(one -> isWithRun(one, text)))
        .distinct()
        .toList();
  }

  /** Whether a name says which run is meant. */
  public boolean isWithRun(MethodKey one, String text) {
    return text.equals(run(one.runId()) + " " + one.method());
  }
}
