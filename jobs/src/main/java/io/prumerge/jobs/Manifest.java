package io.prumerge.jobs;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * One model's run, as {@link Manifests} and {@code report/runs} keep it.
 *
 * @param startedAt ISO 8601, UTC
 * @param chunks parts the run is committed in
 */
record Manifest(
    String runId,
    String startedAt,
    String codeVersion,
    int chunks,
    RunConfiguration configuration) {

  /** The table of runs has room for no later ones. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  Manifest {
    if (chunks < 1) {
      throw new IllegalArgumentException("chunks is %d, expected 1 or more".formatted(chunks));
    }
    if (!isTime(startedAt)) {
      throw new IllegalArgumentException(
          "started_at is '%s', expected a time like 2026-01-31T12:00:00Z".formatted(startedAt));
    }
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
