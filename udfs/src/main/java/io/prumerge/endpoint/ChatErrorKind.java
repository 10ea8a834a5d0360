package io.prumerge.endpoint;

/** What the failure of a request to a service is about. */
public enum ChatErrorKind {
  /** The service refused this request. */
  REQUEST_REFUSED,
  /** The service answered, but not as the protocol says. */
  UNUSABLE_ANSWER,
  /** The answer is no whole JSON document, such as one that was cut off. */
  BROKEN_ANSWER,
  /** The answer holds no text. */
  NO_TEXT,
  /** The last of several tries failed. */
  TRIES_EXHAUSTED,
  /** Nobody listened at any of several tries. */
  UNREACHABLE,
  /** The service refuses every request: its address, the key, a spent quota, or for long. */
  SERVICE_REFUSED
}
