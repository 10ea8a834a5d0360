package io.prumerge.reduction;

/**
 * What a cut inside the decoder may see of the visual tokens. The engine computes it only for the
 * cuts that ask for it.
 */
public sealed interface Evidence {

  /** The decoder layer, from 0. */
  int layer();

  /** Whether it differs between the questions about one image. */
  boolean perQuestion();

  /**
   * The attention in a layer of the prompt's last token to each visual token: softmax over all
   * tokens that it sees, mean over the heads, fp32; [tokens].
   */
  record LastRowAttention(int layer) implements Evidence {
    @Override
    public boolean perQuestion() {
      return true;
    }
  }

  /** The rotated keys of the visual tokens in a layer, all heads side by side; [tokens, width]. */
  record Keys(int layer) implements Evidence {
    @Override
    public boolean perQuestion() {
      return false;
    }
  }

  /** The hidden states of the visual tokens that are a layer's input; [tokens, width]. */
  record Hidden(int layer) implements Evidence {
    @Override
    public boolean perQuestion() {
      return false;
    }
  }
}
