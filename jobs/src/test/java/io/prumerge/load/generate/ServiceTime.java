package io.prumerge.load.generate;

/**
 * How long a server works at a request, in milliseconds.
 *
 * @param request for any
 * @param visualToken for each visual token
 * @param answerToken for each token of the answer
 */
public record ServiceTime(double request, double visualToken, double answerToken) {

  /** Returns the time after which the first tokens of an answer are there. */
  public double until(int visualTokens, int answerTokens) {
    return request + visualToken * visualTokens + answerToken * answerTokens;
  }
}
