package io.prumerge.engine;

import io.prumerge.model.EncodedImages;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A request whose image went through the tower.
 *
 * @param encoded null without an image, or without a question that could be asked
 * @param reduced what methods leave of it, chosen on another thread; empty if this one is to
 */
record EncodedRequest(
    PendingRequest pending,
    EncodedImages encoded,
    Optional<CompletableFuture<OpenRequest>> reduced) {

  EncodedRequest(PendingRequest pending, EncodedImages encoded) {
    this(pending, encoded, Optional.empty());
  }

  /** Frees the image, and what methods leave of it. */
  void free() {
    freeReduced();
    freeImage();
  }

  /** Frees what methods leave of the image, once the other thread has chosen it. */
  void freeReduced() {
    reduced.ifPresent(other -> other.handle(EncodedRequest::freed).join());
  }

  /** Frees the tower's output. */
  void freeImage() {
    if (encoded != null) {
      encoded.close();
    }
  }

  private static Void freed(OpenRequest opened, Throwable failure) {
    if (opened != null) {
      opened.free();
    }
    return null;
  }
}
