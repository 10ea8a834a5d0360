package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import java.util.List;

/**
 * FLOPs of the evidence for a method's cuts, and of their rules, for one question asked alone. Keys
 * of layers that have run and hidden states are there already and cost nothing.
 *
 * @param shape of the decoder
 * @param visual visual tokens by layer
 * @param text prompt tokens that are not visual
 * @param behind those of them that come behind the visual tokens
 */
public record CutCost(DecoderShape shape, TokenSchedule visual, int text, int behind) {

  private DecoderEvidenceCost evidence() {
    return new DecoderEvidenceCost(shape);
  }

  /** All cuts of a method, by rising layer. */
  public long of(List<LayerCut> cuts) {
    long flops = 0;
    boolean relevance = false;
    for (LayerCut cut : cuts) {
      for (Evidence evidence : cut.sees()) {
        flops = sum(flops, of(evidence, cut));
        relevance |= evidence instanceof Evidence.TextRelevance;
      }
      int before = visual.at(cut.layer() - 1);
      int kept = visual.at(cut.layer());
      flops = sum(flops, cut.flops(before, kept, shape.width()));
    }
    return relevance ? sum(flops, evidence().relevance(behind, visual.first())) : flops;
  }

  private long of(Evidence evidence, LayerCut cut) {
    long tokens = visual.at(Math.min(evidence.layer(), cut.layer() - 1));
    long prompt = tokens + text;
    if (evidence instanceof Evidence.LastRowAttention last) {
      return evidence().attention(1, last.layer() == cut.layer() ? prompt : 0, prompt);
    }
    if (evidence instanceof Evidence.TextAttention) {
      return evidence().attention(behind, 0, product(behind, prompt));
    }
    if (evidence instanceof Evidence.TextHeadAttention) {
      return sum(
          evidence().attention(behind, 0, product(behind, prompt)),
          evidence().rotation(behind, tokens));
    }
    if (evidence instanceof Evidence.VisualAttention) {
      return evidence().attention(tokens, 0, product(tokens, prompt - behind));
    }
    if (evidence instanceof Evidence.MeanQueryAttention) {
      return evidence().attention(tokens, tokens, tokens);
    }
    if (evidence instanceof Evidence.KeyCosines) {
      return sum(evidence().attention(0, tokens, 0), evidence().keyCosines(tokens));
    }
    return 0;
  }
}
