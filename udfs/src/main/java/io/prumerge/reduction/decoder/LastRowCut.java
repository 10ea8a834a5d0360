package io.prumerge.reduction.decoder;

import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.SeenTokens;
import java.util.List;

/**
 * A cut that keeps the tokens with the largest attention of the prompt's last token, in their
 * order.
 *
 * @param looksAt the layer whose attention it is
 * @param tokens how many it keeps
 */
record LastRowCut(int layer, int looksAt, int tokens, CutPositions positions) implements LayerCut {

  private Evidence attention() {
    return new Evidence.LastRowAttention(looksAt);
  }

  @Override
  public List<Evidence> sees() {
    return List.of(attention());
  }

  @Override
  public int count(int all) {
    return tokens;
  }

  @Override
  public KeptTokens keep(SeenTokens seen) {
    float[] scores = seen.of(attention());
    return KeptTokens.of(Ranking.topInOrder(seen.count(), tokens, token -> scores[token]));
  }
}
