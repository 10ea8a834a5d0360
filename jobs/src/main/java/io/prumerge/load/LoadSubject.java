package io.prumerge.load;

/**
 * Whom a load test asks about what.
 *
 * @param server its name, as {@code --as} gives it
 */
public record LoadSubject(
    String runId, String server, String model, String benchmark, String split) {}
