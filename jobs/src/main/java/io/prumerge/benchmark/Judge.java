package io.prumerge.benchmark;

import java.io.IOException;

/** A language model that is asked how good answers are. Thread-safe. */
public interface Judge {

  /**
   * One request.
   *
   * @param system what the model is told about itself; empty = nothing
   * @param user what it is asked
   * @param temperature 0 = the likeliest words
   * @param maxTokens how many tokens its reply may have
   */
  record Request(String system, String user, double temperature, int maxTokens) {}

  /**
   * The model's words.
   *
   * @throws IOException when the model cannot be reached or refuses, after retries
   */
  String reply(Request request) throws IOException;
}
