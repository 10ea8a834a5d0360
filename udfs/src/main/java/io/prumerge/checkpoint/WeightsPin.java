package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.lang.Text;
import java.io.Serializable;
import java.util.Locale;

/**
 * Which weights a checkpoint must have.
 *
 * @param sha256 their {@link Checkpoint#digest}, in lower case; empty = any weights
 */
public record WeightsPin(String sha256) implements Serializable {

  /** Accepts any weights. */
  public static final WeightsPin NONE = new WeightsPin("");

  private static final long serialVersionUID = 1L;

  /** Accepts digits of either case. */
  public WeightsPin {
    sha256 = sha256.toLowerCase(Locale.ROOT);
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw refusal(sha256);
    }
  }

  /**
   * Returns the pin that somebody asks for.
   *
   * @throws IllegalArgumentException if there is no hash: an empty variable of a script must not
   *     mean any weights
   */
  public static WeightsPin asked(String sha256) {
    WeightsPin pin = new WeightsPin(sha256);
    if (pin.equals(NONE)) {
      throw refusal(sha256);
    }
    return pin;
  }

  private static IllegalArgumentException refusal(String sha256) {
    return new IllegalArgumentException(
        Text.format(
            "Cannot pin weights to '%s': a SHA-256 has 64 hexadecimal digits, as weights_sha256 of"
                + " report/runs does",
            sha256));
  }

  /**
   * Refuses a checkpoint with other weights. Reads them all if their hash is not known yet.
   *
   * @throws CheckpointException naming both hashes
   */
  public void check(Checkpoint checkpoint) {
    if (!sha256.isEmpty() && !sha256.equals(checkpoint.digest())) {
      throw new CheckpointException(
          Text.format(
              "Cannot use checkpoint %s: the SHA-256 of its weights is %s, but %s is asked for;"
                  + " give the folder that is meant, or its hash",
              checkpoint.folders(), checkpoint.digest(), sha256));
    }
  }

  /**
   * Refuses another CLIP model. Reads its files if their hash is not known yet.
   *
   * @throws CheckpointException naming both hashes
   */
  public void check(ClipCheckpoint clip) {
    if (!sha256.isEmpty() && !sha256.equals(clip.digest())) {
      throw new CheckpointException(
          Text.format(
              "Cannot use the CLIP model %s: its SHA-256 is %s, but %s is asked for; give the"
                  + " folder that is meant",
              clip.folder(), clip.digest(), sha256));
    }
  }
}
