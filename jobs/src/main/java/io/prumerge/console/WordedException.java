package io.prumerge.console;

/** An error whose text may name settings. {@link #getMessage} names them as in code. */
public abstract class WordedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Wording wording;

  protected WordedException(Wording wording, Throwable cause) {
    super(wording.inCode(), cause);
    this.wording = wording;
  }

  protected WordedException(Wording wording) {
    super(wording.inCode());
    this.wording = wording;
  }

  /** Returns the text for callers from code and for the command line. */
  public Wording wording() {
    return wording;
  }
}
