package io.prumerge.model.decoder;

/** A pool of slots has no free range that is long enough: there may be one when others are done. */
public final class CacheFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CacheFullException(String message) {
    super(message);
  }
}
