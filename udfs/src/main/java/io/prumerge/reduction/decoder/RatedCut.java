package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Kept;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Ranking;
import java.util.List;

/**
 * A cut of SparseVLM's first version: the raters' attention in the layer below chooses the tokens
 * that go on as they are; of the others the best 30 % are merged into a tenth as many, which follow
 * them.
 *
 * @param budget tokens that go on as they are, unless fewer come
 */
record RatedCut(int layer, int budget, Positions positions) implements LayerCut {

  private static final double RECYCLED = 0.3;
  private static final int CLUSTERED = 10;

  private Evidence attention() {
    return new Evidence.TextAttention(layer - 1);
  }

  private Evidence states() {
    return new Evidence.Hidden(layer);
  }

  @Override
  public List<Evidence> sees() {
    return List.of(new Evidence.TextRelevance(), attention(), states());
  }

  private int whole(int tokens) {
    return Math.max(0, Math.min(budget, tokens - 1));
  }

  private int recycled(int tokens) {
    return (int) ((tokens - whole(tokens)) * RECYCLED) + 1;
  }

  private int clusters(int tokens) {
    return tokens == 0 ? 0 : recycled(tokens) / CLUSTERED + 1;
  }

  @Override
  public int count(int tokens) {
    return whole(tokens) + clusters(tokens);
  }

  /** Distances of the recycled tokens and sums over all tokens. */
  @Override
  public long flops(int tokens, int width) {
    long distances = tokens == 0 ? 0 : (long) recycled(tokens) * recycled(tokens);
    return 2L * width * (distances + (long) clusters(tokens) * tokens);
  }

  @Override
  public Kept keep(SeenTokens seen) {
    int tokens = seen.count();
    if (tokens == 0) {
      return Kept.of();
    }
    double[] scores = scores(seen);
    int whole = whole(tokens);
    int[] falling = Ranking.top(tokens, tokens, token -> scores[token]);
    int[] recycled = new int[recycled(tokens)];
    System.arraycopy(falling, whole, recycled, 0, recycled.length);
    float[] states = seen.of(states());
    DensityPeaks peaks =
        DensityPeaks.of(recycled, states, states.length / tokens, clusters(tokens));
    int[] kept = new int[count(tokens)];
    int[] ascending = Ranking.topInOrder(tokens, whole, token -> scores[token]);
    System.arraycopy(ascending, 0, kept, 0, whole);
    float[] share = new float[clusters(tokens) * tokens];
    for (int i = recycled.length - 1; i >= 0; i--) {
      kept[whole + peaks.cluster()[i]] = recycled[i];
      share[peaks.cluster()[i] * tokens + recycled[i]] = peaks.weight(i);
    }
    return new Kept(kept, share);
  }

  private double[] scores(SeenTokens seen) {
    int[] raters = TextRaters.of(seen.of(new Evidence.TextRelevance()));
    float[] attention = seen.of(attention());
    double[] scores = new double[seen.count()];
    for (int rater : raters) {
      for (int token = 0; token < scores.length; token++) {
        scores[token] += attention[rater * scores.length + token];
      }
    }
    return scores;
  }
}
