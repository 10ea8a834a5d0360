package io.prumerge.endpoint;

import java.util.Optional;

/** A question's finished request, or why it can't be sent. Immutable. */
public final class PreparedQuestion {

  private final ChatBody body;
  private final boolean textOnly;
  private final String error;

  private PreparedQuestion(ChatBody body, boolean textOnly, String error) {
    this.body = body;
    this.textOnly = textOnly;
    this.error = error;
  }

  /**
   * @param textOnly whether it has neither pictures nor videos
   */
  static PreparedQuestion of(ChatBody body, boolean textOnly) {
    return new PreparedQuestion(body, textOnly, null);
  }

  static PreparedQuestion unsendable(String error) {
    return new PreparedQuestion(null, false, error);
  }

  /** Returns why it can't be sent, as in the column {@code error}; empty if it can. */
  public Optional<String> error() {
    return Optional.ofNullable(error);
  }

  /** Returns the bytes of memory that the request takes. */
  public int size() {
    return body == null ? 0 : body.bytes().length;
  }

  /** Returns the request's body; null if it can't be sent. */
  ChatBody body() {
    return body;
  }

  boolean textOnly() {
    return textOnly;
  }
}
