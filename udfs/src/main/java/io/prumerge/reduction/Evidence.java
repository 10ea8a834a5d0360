package io.prumerge.reduction;

import io.prumerge.image.PatchGrid;
import java.util.Optional;

/**
 * Facts for a cut inside the decoder. The engine computes them only for the cuts that ask for it.
 *
 * <p>The visual tokens are those that reach the cut, n of them. The text is the prompt after the
 * visual tokens, t tokens; it differs between the questions about one image.
 */
public sealed interface Evidence {

  /** Returns the decoder layer, from 0. */
  int layer();

  /** Returns whether it differs between the questions about one image. */
  boolean perQuestion();

  /** Returns whether it may be about the layer before which the cut is. */
  boolean ahead();

  /** Returns what a visitor makes of it. */
  <T> T accept(EvidenceVisitor<T> visitor);

  /** Returns the grid of patches, of which none was dropped, that the visual tokens must be. */
  default Optional<PatchGrid> wholeGrid() {
    return Optional.empty();
  }

  /** Returns whether there is such a grid. */
  default boolean needsWholeGrid() {
    return wholeGrid().isPresent();
  }

  /** Returns whether it is of the text's last row alone. */
  default boolean ofLastRow() {
    return false;
  }

  /** Returns whether the visual tokens' values take part. */
  default boolean ofValues() {
    return false;
  }

  /** Returns whether it has values of each head. */
  default boolean ofHeads() {
    return false;
  }

  /** Returns whether the KV cache alone has it, once its layer has run. */
  default boolean ofCache() {
    return false;
  }

  /** Returns whether it is the same before and after a cut. */
  default boolean lasts() {
    return false;
  }

  /** Attention of rows of the text to the visual tokens. */
  sealed interface OfTextRows extends Evidence {
    @Override
    default <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.ofTextRows(this);
    }

    @Override
    default boolean perQuestion() {
      return true;
    }

    @Override
    default boolean ahead() {
      return false;
    }
  }

  /**
   * The attention in a layer of the prompt's last token to each visual token: softmax over all
   * tokens that it sees, mean over the heads, fp32; [n]. In the layer before which the cut is, it
   * is what that layer would compute for the tokens that reach the cut.
   */
  record LastRowAttention(int layer) implements OfTextRows {
    @Override
    public boolean ahead() {
      return true;
    }

    @Override
    public boolean ofLastRow() {
      return true;
    }
  }

  /**
   * FlowCut's scores of the visual tokens in a layer (TungChintao/FlowCut a2ecd24, {@code
   * modeling_llama_flowcut.py}), by the prompt's last token: (its attention to each + the likeness
   * of its value to each one's) x the L1 norm of the mean of the heads' values. Attention and
   * likeness, the products of values divided by the root of the head width, are softmaxes over the
   * visual tokens alone, mean over the heads; fp32, [n].
   */
  record LastRowFlow(int layer) implements OfTextRows {
    @Override
    public boolean ofLastRow() {
      return true;
    }

    @Override
    public boolean ofValues() {
      return true;
    }
  }

  /**
   * The attention as {@link LastRowAttention} has it, of every token of the text, in a layer that
   * has run; [t, n].
   */
  record TextAttention(int layer) implements OfTextRows {}

  /**
   * The attention of every token of the text in each head, divided by the score that the rotation
   * alone gives to the distance of the two: 2 / sqrt(d) times the sum over i of cos(distance x
   * frequency_i), for head width d (SparseVLM+, section 4.2); [heads, t, n].
   */
  record TextHeadAttention(int layer) implements OfTextRows {
    @Override
    public boolean ofHeads() {
      return true;
    }
  }

  /**
   * The attention in a layer of all visual tokens to each of them: softmax over all tokens that
   * each sees, mean over the heads, sum over the tokens that attend, fp32; [n].
   */
  record VisualAttention(int layer) implements Evidence {
    @Override
    public boolean perQuestion() {
      return false;
    }

    @Override
    public boolean ahead() {
      return false;
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.visualAttention(this);
    }
  }

  /**
   * The attention that the mean of the visual tokens' queries in a layer would pay to each of their
   * keys, both before the rotation: softmax over the visual tokens of the products divided by the
   * root of the head width, mean over the heads, fp32; [n].
   */
  record MeanQueryAttention(int layer) implements Evidence {
    @Override
    public boolean perQuestion() {
      return false;
    }

    @Override
    public boolean ahead() {
      return true;
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.meanQueryAttention(this);
    }
  }

  /**
   * Cosine similarity of each pair of the visual tokens' rotated keys in a layer, all heads
   * concatenated; 0 for a zero key; fp32; [n, n].
   */
  record KeyCosines(int layer) implements Evidence {
    @Override
    public boolean perQuestion() {
      return false;
    }

    @Override
    public boolean ahead() {
      return true;
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.keyCosines(this);
    }
  }

  /**
   * How much each token of the text is like the visual tokens, before the first layer: softmax over
   * the text of the products of embeddings, not scaled, mean over all visual tokens that the
   * decoder received, fp32; [t].
   */
  record TextRelevance() implements Evidence {
    @Override
    public int layer() {
      return 0;
    }

    @Override
    public boolean perQuestion() {
      return true;
    }

    @Override
    public boolean ahead() {
      return true;
    }

    @Override
    public boolean lasts() {
      return true;
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.textRelevance(this);
    }
  }

  /**
   * How much of each visual token's hidden states, a layer's input, changes fast over the image's
   * grid: the mean over the channels of the absolute values after a Gaussian high-pass filter,
   * fp32; [n]. The filter leaves 1 - exp(-f^2 / (2 (s / 10)^2)) of frequency f, for s half of the
   * grid's shorter side, rounded down.
   *
   * @param grid that the tokens are, in raster order; of two rows and columns at least
   */
  record HighPass(int layer, PatchGrid grid) implements Evidence {
    @Override
    public boolean perQuestion() {
      return false;
    }

    @Override
    public boolean ahead() {
      return true;
    }

    @Override
    public Optional<PatchGrid> wholeGrid() {
      return Optional.of(grid);
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.highPass(this);
    }
  }

  /** Rotated keys in a layer, all heads side by side; [rows, width]. */
  record Keys(int layer, EvidenceRows of) implements Evidence {

    /** The keys of the visual tokens. */
    public Keys(int layer) {
      this(layer, EvidenceRows.VISUAL);
    }

    @Override
    public boolean perQuestion() {
      return of == EvidenceRows.TEXT;
    }

    @Override
    public boolean ahead() {
      return false;
    }

    @Override
    public boolean ofCache() {
      return true;
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.keys(this);
    }
  }

  /**
   * The hidden states that are a layer's input; [rows, width].
   *
   * @param normed whether they went through the norm after the last layer
   */
  record Hidden(int layer, EvidenceRows of, boolean normed) implements Evidence {

    /** The hidden states of the visual tokens as they are. */
    public Hidden(int layer) {
      this(layer, EvidenceRows.VISUAL, false);
    }

    @Override
    public boolean perQuestion() {
      return of == EvidenceRows.TEXT;
    }

    @Override
    public boolean ahead() {
      return true;
    }

    @Override
    public <T> T accept(EvidenceVisitor<T> visitor) {
      return visitor.hidden(this);
    }
  }
}
