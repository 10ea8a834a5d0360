package io.prumerge.checkpoint;

import java.io.Serializable;
import java.util.Locale;

/**
 * Which weights a checkpoint must have.
 *
 * @param sha256 their {@link Checkpoint#digest}, in lower case; empty = any will do
 */
public record WeightsPin(String sha256) implements Serializable {

  /** Any weights will do. */
  public static final WeightsPin NONE = new WeightsPin("");

  private static final long serialVersionUID = 1L;

  /** Takes digits of either case. */
  public WeightsPin {
    sha256 = sha256.toLowerCase(Locale.ROOT);
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw new IllegalArgumentException(
          "Cannot pin weights to '%s': a SHA-256 has 64 hexadecimal digits, as weights_sha256 of report/runs does"
              .formatted(sha256));
    }
  }

  /**
   * Refuses a checkpoint with other weights; reads them all where nobody has asked for their hash
   * yet.
   *
   * @throws CheckpointException naming both hashes
   */
  public void check(Checkpoint checkpoint) {
    if (!sha256.isEmpty() && !sha256.equals(checkpoint.digest())) {
      throw new CheckpointException(
          "Cannot use checkpoint %s: the SHA-256 of its weights is %s, but %s is asked for; give the folder that is meant, or its hash"
              .formatted(checkpoint.folder(), checkpoint.digest(), sha256));
    }
  }
}
