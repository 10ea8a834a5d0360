package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Kept;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Ranking;
import java.util.List;

/**
 * A cut of SparseVLM+: the raters' attention in the layer below, freed of what the rotation adds to
 * it, in the 14 heads where it has the largest sum. What does not go on is lost.
 *
 * @param budget tokens that go on, unless fewer come
 */
record HeadedCut(int layer, int budget, Positions positions) implements LayerCut {

  private static final int HEADS = 14;

  private Evidence attention() {
    return new Evidence.TextHeadAttention(layer - 1);
  }

  @Override
  public List<Evidence> sees() {
    return List.of(new Evidence.TextRelevance(), attention());
  }

  @Override
  public int count(int tokens) {
    return Math.max(0, Math.min(budget, tokens - 1));
  }

  @Override
  public Kept keep(SeenTokens seen) {
    int tokens = seen.count();
    float[] relevance = seen.of(new Evidence.TextRelevance());
    if (tokens == 0) {
      return Kept.of();
    }
    int[] raters = TextRaters.of(relevance);
    float[] attention = seen.of(attention());
    int heads = attention.length / relevance.length / tokens;
    double[][] byHead = new double[heads][tokens];
    double[] sums = new double[heads];
    for (int head = 0; head < heads; head++) {
      for (int rater : raters) {
        int start = (head * relevance.length + rater) * tokens;
        for (int token = 0; token < tokens; token++) {
          byHead[head][token] += attention[start + token];
          sums[head] += attention[start + token];
        }
      }
    }
    double[] scores = new double[tokens];
    for (int head : Ranking.top(heads, HEADS, each -> sums[each])) {
      for (int token = 0; token < tokens; token++) {
        scores[token] += byHead[head][token];
      }
    }
    return Kept.of(Ranking.topInOrder(tokens, count(tokens), token -> scores[token]));
  }
}
