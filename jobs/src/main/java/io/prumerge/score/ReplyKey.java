package io.prumerge.score;

import io.prumerge.benchmark.JudgeRequest;

/**
 * What identifies a request to a judge.
 *
 * @param questionId of the question that an answer was given to
 */
record ReplyKey(
    String model,
    String questionId,
    String system,
    String user,
    double temperature,
    int maxTokens) {

  static ReplyKey of(String model, String questionId, JudgeRequest request) {
    return new ReplyKey(
        model,
        questionId,
        request.system(),
        request.user(),
        request.temperature(),
        request.maxTokens());
  }
}
