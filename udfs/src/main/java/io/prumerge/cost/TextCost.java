package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.config.ClipConfig;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.TextEvidenceVisitor;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.function.Function;

/**
 * FLOPs of evidence about a question's text, from the source that it is computed from, as {@link
 * CostModel} counts. N patches, decoder width D; of CLIP: vision width C, text width W, common
 * space P.
 */
public record TextCost(ModelShape shape) {

  private long patches() {
    return shape.tower().patches();
  }

  /**
   * Returns the cosines of m words' tokens with N projected patches: normalisation 3 (m + N) D,
   * products 2 m N D.
   */
  public long words(int tokens, long patches) {
    return cosines(tokens, patches, shape.decoder().width());
  }

  /**
   * Returns the cosines of N projected patches with the mean of m tokens' embeddings: the sum m D,
   * normalisation 3 (1 + N) D, products 2 N D.
   */
  public long prompt(int tokens, long patches) {
    long width = shape.decoder().width();
    return sum(product(tokens, width), cosines(1, patches, width));
  }

  /** Returns the patches in CLIP's space: 2 N C P. */
  public long clipPatches(ClipConfig clip) {
    return product(2, patches(), clip.visionWidth(), clip.space());
  }

  /**
   * Returns the text tower over M pieces of l tokens, each up to the one that stands for it: 2 l of
   * each layer's matrices and 4 l^2 W of attention; then the projection 2 M W P.
   */
  public long clipTexts(ClipConfig clip, int[] lengths) {
    long weights = Matrix.weights(Matrix.of(clip.weights().layer(0)));
    long layer = 0;
    for (int length : lengths) {
      layer =
          sum(
              layer,
              product(2, length, weights),
              product(4, length, length, clip.text().hiddenSize()));
    }
    return sum(
        product(clip.text().layers(), layer),
        product(2, lengths.length, clip.text().hiddenSize(), clip.space()));
  }

  /** Returns the products of M pieces with the patches: 2 M N P, for cosines also 3 (M + N) P. */
  public long clipProducts(ClipConfig clip, int pieces, boolean cosines) {
    return cosines
        ? cosines(pieces, patches(), clip.space())
        : product(2, product(pieces, patches()), clip.space());
  }

  private static long cosines(long rows, long patches, long width) {
    return sum(product(3, rows + patches, width), product(2, product(rows, patches), width));
  }

  /**
   * Returns an estimate for a question of {@code tokens} tokens, which takes as many words and as
   * many of CLIP's tokens.
   *
   * @param clips the configuration of a folder that a method names
   */
  public long estimate(
      TowerEvidence.OfText evidence, int tokens, Function<String, ClipConfig> clips) {
    return evidence.accept(new Estimate(this, tokens, clips));
  }

  /** Estimates for a question of some tokens. */
  private record Estimate(TextCost cost, int tokens, Function<String, ClipConfig> clips)
      implements TextEvidenceVisitor<Long> {

    @Override
    public Long wordCosines(TowerEvidence.WordCosines cosines) {
      return cost.words(Math.max(1, tokens), cost.patches());
    }

    @Override
    public Long promptCosines(TowerEvidence.PromptCosines cosines) {
      return cost.prompt(Math.max(1, tokens), cost.patches());
    }

    @Override
    public Long clipPatches(TowerEvidence.ClipPatches patches) {
      return cost.clipPatches(clips.apply(patches.folder()));
    }

    @Override
    public Long clipProducts(TowerEvidence.ClipProducts products) {
      ClipConfig clip = clips.apply(products.folder());
      int[] lengths =
          switch (products.reading()) {
            case CUT_OFF -> new int[] {Math.min(tokens, clip.positions())};
            case PIECES -> pieces(tokens, clip.positions());
          };
      boolean cosines = products.reading() == ClipReading.PIECES;
      return sum(cost.clipTexts(clip, lengths), cost.clipProducts(clip, lengths.length, cosines));
    }

    private static int[] pieces(int tokens, int most) {
      int[] pieces = new int[(Math.max(1, tokens) + most - 1) / most];
      Arrays.fill(pieces, most);
      pieces[pieces.length - 1] = tokens - most * (pieces.length - 1);
      return pieces;
    }
  }
}
