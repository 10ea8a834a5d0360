package io.prumerge.finetune;

/** A row that cannot be trained on. The fault lies in the row, and others are not affected. */
final class RowException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RowErrorKind kind;

  RowException(RowErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  RowException(RowErrorKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  RowErrorKind kind() {
    return kind;
  }
}
