package io.prumerge.benchmark;

import java.io.IOException;

/** A language model that judges answers. Thread-safe. */
public interface Judge {

  /**
   * Returns the model's reply.
   *
   * @throws IOException when this request fails, after retries; others may not
   * @throws io.prumerge.console.Failure when all would fail, as without a valid key
   */
  String reply(JudgeRequest request) throws IOException;
}
