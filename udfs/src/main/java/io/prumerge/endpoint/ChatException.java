package io.prumerge.endpoint;

import java.io.IOException;

/** A request without a usable answer. The message is a predicate of the service. */
public final class ChatException extends IOException {

  private static final long serialVersionUID = 1L;

  private final ChatErrorKind kind;

  ChatException(ChatErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ChatErrorKind kind() {
    return kind;
  }
}
