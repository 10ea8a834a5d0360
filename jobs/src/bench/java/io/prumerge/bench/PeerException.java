package io.prumerge.bench;

/** Why there is no figure of a peer, in one line. */
final class PeerException extends Exception {
  private static final long serialVersionUID = 1L;

  PeerException(String reason) {
    super(reason);
  }
}
