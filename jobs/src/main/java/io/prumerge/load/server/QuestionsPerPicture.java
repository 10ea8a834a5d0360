package io.prumerge.load.server;

/** How many questions about a picture a load test asks. */
public enum QuestionsPerPicture {
  /**
   * One, which the seed draws: a server that caches pictures has nothing to reuse within a point.
   */
  ONE,

  /** All. */
  ALL
}
