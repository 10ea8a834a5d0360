package io.prumerge.endpoint;

import java.io.IOException;

/** A request without a usable answer. The message is a predicate of the service. */
public final class ChatException extends IOException {

  private static final long serialVersionUID = 1L;

  private final ChatErrorKind kind;
  private final int tries;

  ChatException(ChatErrorKind kind, String message) {
    this(kind, message, null, 0);
  }

  private ChatException(ChatErrorKind kind, String message, Throwable cause, int tries) {
    super(message, cause);
    this.kind = kind;
    this.tries = tries;
  }

  /** Returns the same failure of a request that was sent so often. */
  ChatException after(int sent) {
    return new ChatException(kind, getMessage(), this, sent);
  }

  public ChatErrorKind kind() {
    return kind;
  }

  /** Returns how often the request was sent. */
  public int tries() {
    return tries;
  }
}
