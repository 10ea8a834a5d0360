package io.prumerge.jobs;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * What stands in a run's {@code manifest.json}, written before its first task.
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

  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  static Manifest begin(int chunks, RunConfiguration configuration) {
    Instant now = Instant.now();
    String id = ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
    return new Manifest(id, now.toString(), Main.Version.current(), chunks, configuration);
  }
}
