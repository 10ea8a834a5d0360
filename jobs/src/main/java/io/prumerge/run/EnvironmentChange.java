package io.prumerge.run;

/**
 * A different environment in which a run was resumed.
 *
 * @param resumedAt time in ISO 8601, UTC
 */
record EnvironmentChange(String resumedAt, Environment environment) {}
