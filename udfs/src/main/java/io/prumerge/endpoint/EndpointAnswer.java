package io.prumerge.endpoint;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * An endpoint's answer to one question, with what the service says about it. With an error all else
 * but the tries is empty.
 *
 * @param text generated text, stripped; null with an error
 * @param finishReason {@code eos} or {@code length}; null with an error
 * @param promptTokens all tokens of the prompt
 * @param visualTokens those of them that stand for the pictures and videos
 * @param generatedTokens tokens of the answer, its end included
 * @param millis wall time of the request that was answered; 0 with an error
 * @param tries how often the question was sent; 0 if its pictures or words cannot be
 * @param error as in the column {@code error}
 */
public record EndpointAnswer(
    String text,
    String finishReason,
    OptionalInt promptTokens,
    OptionalInt visualTokens,
    OptionalInt generatedTokens,
    double millis,
    int tries,
    Optional<String> error) {

  /** Returns the error of a question that was not sent. */
  static EndpointAnswer unsent(String error) {
    return failed(error, 0);
  }

  static EndpointAnswer failed(String error, int tries) {
    return new EndpointAnswer(
        null,
        null,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        0,
        tries,
        Optional.of(error));
  }
}
