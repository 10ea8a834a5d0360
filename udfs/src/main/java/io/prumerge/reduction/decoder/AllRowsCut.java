package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Kept;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.SeenTokens;
import java.util.List;

/**
 * A cut that keeps the tokens with the largest attention of all tokens of the prompt, on average,
 * in their order. The text before the image pays none, and a token none to those behind it.
 *
 * @param looksAt the layer whose attention it is
 * @param tokens how many it keeps
 */
record AllRowsCut(int layer, int looksAt, int tokens, Positions positions) implements LayerCut {

  private Evidence visual() {
    return new Evidence.VisualAttention(looksAt);
  }

  private Evidence text() {
    return new Evidence.TextAttention(looksAt);
  }

  @Override
  public List<Evidence> sees() {
    return List.of(visual(), text());
  }

  @Override
  public int count(int all) {
    return tokens;
  }

  @Override
  public Kept keep(SeenTokens seen) {
    int all = seen.count();
    double[] sums = new double[all];
    for (Evidence rows : sees()) {
      float[] attention = seen.of(rows);
      for (int i = 0; i < attention.length; i++) {
        sums[i % all] += attention[i];
      }
    }
    return Kept.of(Ranking.topInOrder(all, tokens, token -> sums[token]));
  }
}
