package io.prumerge.run;

import io.prumerge.plan.RunConfiguration;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One model's run, as {@link Manifests} and {@code report/runs} keep it.
 *
 * @param startedAt ISO 8601, UTC
 * @param chunks parts the run is committed in
 * @param environment what it began with
 * @param changes what it went on with since, where that was another
 */
record Manifest(
    String runId,
    String startedAt,
    int chunks,
    Environment environment,
    List<Change> changes,
    RunConfiguration configuration) {

  /**
   * Another environment that a run went on in.
   *
   * @param resumedAt ISO 8601, UTC
   */
  record Change(String resumedAt, Environment environment) {}

  /** The table of runs has room for no later ones. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  Manifest {
    changes = List.copyOf(changes);
    if (chunks < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "chunks is %d, expected 1 or more", chunks));
    }
    if (!isTime(startedAt)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "started_at is '%s', expected a time like 2026-01-31T12:00:00Z",
              startedAt));
    }
  }

  /** What it was answered in last. */
  Environment latest() {
    return changes.isEmpty() ? environment : changes.get(changes.size() - 1).environment();
  }

  /** The same, gone on with in another environment. */
  Manifest changed(Change change) {
    List<Change> all = new ArrayList<>(changes);
    all.add(change);
    return new Manifest(runId, startedAt, chunks, environment, all, configuration);
  }

  /** A part of all environments it was answered in, each value once; null where none is known. */
  String all(Function<Environment, String> part) {
    String values =
        Stream.concat(Stream.of(environment), changes.stream().map(Change::environment))
            .map(part)
            .filter(text -> !text.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    return values.isEmpty() ? null : values;
  }

  /** Else it would be found out when the run is done. */
  private static boolean isTime(String text) {
    try {
      Instant time = Instant.parse(text);
      return !time.isBefore(Instant.EPOCH) && !time.isAfter(LAST);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
