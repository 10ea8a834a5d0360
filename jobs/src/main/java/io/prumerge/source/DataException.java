package io.prumerge.source;

import io.prumerge.console.WordedException;
import io.prumerge.console.Wording;

/** A source file has unexpected content. The message names the file and, if known, the line. */
public final class DataException extends WordedException {

  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(Wording.plain(message));
  }

  public DataException(Wording message) {
    super(message);
  }

  public DataException(Wording message, Throwable cause) {
    super(message, cause);
  }

  public DataException(String message, Throwable cause) {
    super(Wording.plain(message), cause);
  }
}
