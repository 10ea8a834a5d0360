package io.prumerge.reduction;

/**
 * What is made of each kind of evidence for a cut inside the decoder: a new kind is to be answered
 * for here.
 *
 * @param <T> what it is
 */
public interface EvidenceVisitor<T> {
  T ofTextRows(Evidence.OfTextRows attention);

  T visualAttention(Evidence.VisualAttention attention);

  T meanQueryAttention(Evidence.MeanQueryAttention attention);

  T keyCosines(Evidence.KeyCosines cosines);

  T textRelevance(Evidence.TextRelevance relevance);

  T highPass(Evidence.HighPass filtered);

  T keys(Evidence.Keys keys);

  T hidden(Evidence.Hidden hidden);
}
