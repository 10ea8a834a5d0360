package io.prumerge.load.figure;

import io.prumerge.settings.NamedModel;

/**
 * Whom a load test asks about what.
 *
 * @param server its name, as {@code --as} gives it; in process the method
 * @param where {@code endpoint}, or {@code in-process} of our own engine, whose figures are no
 *     server's
 */
public record LoadSubject(
    String runId, String server, String model, String where, String benchmark, String split) {

  private static final String ENDPOINT = "endpoint";
  private static final String IN_PROCESS = "in-process";

  /** Returns the subject of a server, or of a model in this process. */
  public static LoadSubject of(String runId, NamedModel server, String benchmark, String split) {
    String where = server.model().endpoint().isPresent() ? ENDPOINT : IN_PROCESS;
    return new LoadSubject(
        runId, server.name(), server.model().toString(), where, benchmark, split);
  }

  /** Returns whether this process is the server, too. */
  boolean isInProcess() {
    return where.equals(IN_PROCESS);
  }
}
