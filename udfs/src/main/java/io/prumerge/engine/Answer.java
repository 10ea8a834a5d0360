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

  /**
   * Begins an answer that took and measured nothing.
   *
   * @param question index into the request's questions
   * @param method canonical method spelling
   */
  public static Builder builder(int question, String method) {
    return new Builder(question, method);
  }

  /** Returns a question without an answer: everything measured is zero. */
  static Answer failed(int question, String method, String error) {
    return builder(question, method).error(error).build();
  }

  /** Sets what is known of an answer; the rest is as with an error. */
  public static final class Builder {

    private final int question;
    private final String method;
    private String methodSized;
    private String text;
    private String finishReason;
    private AnswerTokens tokens = AnswerTokens.NONE;
    private OptionalDouble margin = OptionalDouble.empty();
    private AnswerWork work = AnswerWork.NONE;
    private String error;

    private Builder(int question, String method) {
      this.question = question;
      this.method = method;
    }

    /** Sets the method as its budget sized it for this image. */
    public Builder methodSized(String methodSized) {
      this.methodSized = methodSized;
      return this;
    }

    /** Sets the generated text, or a letter. */
    public Builder text(String text) {
      this.text = text;
      return this;
    }

    /** Sets why the text ends. */
    public Builder finishReason(String finishReason) {
      this.finishReason = finishReason;
      return this;
    }

    /** Sets how many tokens went in and came out. */
    public Builder tokens(AnswerTokens tokens) {
      this.tokens = tokens;
      return this;
    }

    /** Sets how far the first token was above the next likeliest one. */
    public Builder margin(OptionalDouble margin) {
      this.margin = margin;
      return this;
    }

    /** Sets what the answer took. */
    public Builder work(AnswerWork work) {
      this.work = work;
      return this;
    }

    /** Sets why there is no text. */
    public Builder error(String error) {
      this.error = error;
      return this;
    }

    /** Returns the answer. */
    public Answer build() {
      return new Answer(
          question, method, methodSized, text, finishReason, tokens, margin, work, error);
    }
  }
}
