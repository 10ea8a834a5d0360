package io.prumerge.endpoint;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * An endpoint's answer to one question, with what the service says about it. With an error all else
 * is empty.
 *
 * @param text generated text, stripped; null with an error
 * @param finishReason {@code eos} or {@code length}; null with an error
 * @param promptTokens all tokens of the prompt
 * @param visualTokens those of them that stand for the picture
 * @param generatedTokens tokens of the answer, its end included
 * @param millis wall time of the request that was answered; 0 with an error
 * @param error as in the column {@code error}
 */
public record EndpointAnswer(
    String text,
    String finishReason,
    OptionalInt promptTokens,
    OptionalInt visualTokens,
    OptionalInt generatedTokens,
    double millis,
    Optional<String> error) {

  static EndpointAnswer failed(String error) {
    return new EndpointAnswer(
        null,
        null,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        0,
        Optional.of(error));
  }
}
