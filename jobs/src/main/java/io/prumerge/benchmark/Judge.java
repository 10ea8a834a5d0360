package io.prumerge.benchmark;

import java.io.IOException;

/** A language model that judges answers. Thread-safe. */
public interface Judge {

  /**
   * One request.
   *
   * @param system the system message; empty = none
   * @param user the user message
   * @param temperature of sampling; 0 = greedy
   * @param maxTokens most tokens of the reply
   */
  record Request(String system, String user, double temperature, int maxTokens) {}

  /**
   * Returns the model's reply.
   *
   * @throws IOException when this request fails, after retries; others may not
   * @throws io.prumerge.console.Failure when all would fail, as without a valid key
   */
  String reply(Request request) throws IOException;
}
