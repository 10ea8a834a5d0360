package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CollectedEvidence;
import io.prumerge.torch.Torch;

/**
 * Parts of a group's shared prefix that later packs need when their questions part: its hidden
 * states before the first layer in which each question has tokens of its own, its keys in that
 * layer, and the evidence that all questions share.
 */
public final class HeldPrefix implements AutoCloseable {

  private final CollectedEvidence evidence = new CollectedEvidence();
  private Torch.Value hidden;
  private Torch.Value keys;
  private int[] positions = new int[0];

  /** Returns the evidence about the visual tokens that all questions share. */
  CollectedEvidence evidence() {
    return evidence;
  }

  void hold(Torch.Value rows, int[] rowPositions) {
    hidden = rows;
    positions = rowPositions;
  }

  void holdKeys(Torch.Value rowKeys) {
    keys = rowKeys;
  }

  /** Returns the hidden states [rows, D]; null while there are none. */
  Torch.Value hidden() {
    return hidden;
  }

  /**
   * Returns the keys [kv heads, rows, head_dim] in the layer before which they part; null for none.
   */
  Torch.Value keys() {
    return keys;
  }

  /** Returns the rotary position of each row. */
  int[] positions() {
    return positions;
  }

  @Override
  public void close() {
    evidence.close();
    if (hidden != null) {
      hidden.close();
    }
    if (keys != null) {
      keys.close();
    }
  }
}
