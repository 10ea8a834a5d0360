package io.prumerge.source;

import io.prumerge.console.WordedException;
import io.prumerge.console.Wording;

/** A source file has unexpected content. The message names the file and, if known, the line. */
public final class DataException extends WordedException {

  private static final long serialVersionUID = 1L;

  private boolean ofFile;
  private boolean unmatched;

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

  /**
   * Returns this exception, which then is about the whole file though it names a row: {@link
   * LeftOutRows} leave such a row not out. Of two rows that contradict each other, neither is known
   * to be right.
   */
  public DataException ofFile() {
    ofFile = true;
    return this;
  }

  /**
   * Returns this exception, which then says that another file lacks what belongs to the row. That
   * is about the files, which are of different editions, unless a row of the other one was left
   * out.
   */
  public DataException unmatched() {
    unmatched = true;
    return this;
  }

  /** Returns whether this is about the whole file. */
  public boolean isOfFile() {
    return ofFile;
  }

  boolean isUnmatched() {
    return unmatched;
  }
}
