package io.prumerge.engine;

import java.util.OptionalDouble;

/**
 * One question's answer under one method, with its cost.
 *
 * @param question index into the request's questions
 * @param method canonical method spelling
 * @param methodSized the method as its budget sized it for this image, such as {@code
 *     fastv:tokens=37} for {@code fastv:flops=@prumerge}; null for a method whose size is its own,
 *     and with an error
 * @param text generated text, stripped, or a letter; null with an error
 * @param finishReason {@code eos} or {@code length}; {@code letter} where the text is the letter
 *     that was chosen among the question's; null with an error
 * @param tokens how many went in and came out; zeros with an error
 * @param margin how far the logit of the first token, as greedy decoding chose by it, is above that
 *     of the next likeliest one, in fp32; empty unless the question {@link Question#margin wants}
 *     it, for a letter, where no other token could come, and with an error
 * @param work what the answer took; nothing with an error
 * @param error null when fine; else {@code kind: message}
 */
public record Answer(
    int question,
    String method,
    String methodSized,
    String text,
    String finishReason,
    AnswerTokens tokens,
    OptionalDouble margin,
    AnswerWork work,
    String error) {

  /** Returns a question without an answer: everything measured is zero. */
  static Answer failed(int question, String method, String error) {
    return new Answer(
        question,
        method,
        null,
        null,
        null,
        AnswerTokens.NONE,
        OptionalDouble.empty(),
        AnswerWork.NONE,
        error);
  }
}
