package io.prumerge.jobs;

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
    RunConfiguration configuration) {}
