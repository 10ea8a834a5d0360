package io.prumerge.load.generate;

import java.util.concurrent.CompletableFuture;

/** A server under a load test. */
public interface LoadServer {

  /**
   * Makes a question's request, so that sending it takes no more work: called some requests ahead,
   * on another thread than {@link #ask}. A request that it throws for ends with that error, unsent.
   *
   * @param question its number among those of the test
   */
  default void make(int question) {}

  /**
   * Sends a question now, once. Cancelling what it returns gives the request up.
   *
   * @return the reply, also where it is an error; it never fails
   */
  CompletableFuture<LoadReply> ask(int question);

  /**
   * Checks that the server still answers questions: called where errors alone come for a while, and
   * after a point that ended with one.
   *
   * @throws io.prumerge.endpoint.EndpointException if it answers none any more
   */
  default void requireAnswering() {}
}
