package io.prumerge.endpoint;

import java.io.IOException;

/** A request without a usable answer. The message is a predicate of the service. */
public final class ChatException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What the failure is about. */
  public enum Kind {
    /** The service refused this request. */
    REQUEST_REFUSED,
    /** The service answered, but not as the protocol says. */
    UNUSABLE_ANSWER,
    /** The answer holds no text. */
    NO_TEXT,
    /** The last of several tries failed. */
    TRIES_EXHAUSTED,
    /** Nobody listened at any of several tries. */
    UNREACHABLE,
    /** The service refuses every request: its address, the key, a spent quota, or for long. */
    SERVICE_REFUSED
  }

  private final Kind kind;

  ChatException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
