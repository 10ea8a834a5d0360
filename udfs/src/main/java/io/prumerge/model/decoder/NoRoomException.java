package io.prumerge.model.decoder;

/** A pool of slots has no free range that is long enough: there may be one when others are done. */
public final class NoRoomException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }
}
