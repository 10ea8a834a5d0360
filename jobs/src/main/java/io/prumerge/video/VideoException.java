package io.prumerge.video;

import io.prumerge.engine.ErrorKind;

/** Frames of a video that cannot be used: its questions get an error. */
public final class VideoException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  public VideoException(ErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Returns the {@code error} column of the questions about the video. */
  public String error() {
    return kind.with(getMessage());
  }
}
