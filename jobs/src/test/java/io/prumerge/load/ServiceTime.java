package io.prumerge.load;

/**
 * How long a server works at a request, in milliseconds.
 *
 * @param request for any
 * @param visualToken for each visual token
 * @param answerToken for each token of the answer
 */
record ServiceTime(double request, double visualToken, double answerToken) {

  /** Returns the time after which the first tokens of an answer are there. */
  double until(int visualTokens, int answerTokens) {
    return request + visualToken * visualTokens + answerToken * answerTokens;
  }
}
