package io.prumerge.model.pruning;

import io.prumerge.model.decoder.PackBlock;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.EvidenceVisitor;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.function.Supplier;

/**
 * How the part of a piece of evidence is collected that hidden states before a layer give.
 *
 * @param x hidden states of all groups' rows
 * @param start the group's first row in x
 */
record BeforeLayer(
    VisualEvidence visual,
    QuestionEvidence questions,
    WantedEvidence wanted,
    PackBlock block,
    Torch.Value x,
    int start,
    PendingReads reads)
    implements EvidenceVisitor<Runnable> {

  @Override
  public Runnable ofTextRows(Evidence.OfTextRows attention) {
    return () -> questions.attention(wanted, block, x, start, reads);
  }

  @Override
  public Runnable visualAttention(Evidence.VisualAttention attention) {
    return () -> visual.attention(attention, block, x, start);
  }

  @Override
  public Runnable meanQueryAttention(Evidence.MeanQueryAttention attention) {
    return ofBlock(() -> visual.meanQuery(attention.layer(), block, x, start));
  }

  @Override
  public Runnable keyCosines(Evidence.KeyCosines cosines) {
    return ofBlock(() -> visual.keyCosines(cosines.layer(), block, x, start));
  }

  @Override
  public Runnable textRelevance(Evidence.TextRelevance relevance) {
    return () -> questions.relevance(wanted, block, reads);
  }

  @Override
  public Runnable highPass(Evidence.HighPass filtered) {
    return ofBlock(() -> visual.highPass(filtered.grid(), block, x, start));
  }

  @Override
  public Runnable keys(Evidence.Keys keys) {
    return () -> {}; // the cache will have them
  }

  @Override
  public Runnable hidden(Evidence.Hidden hidden) {
    return hidden.of() == EvidenceRows.TEXT
        ? () -> questions.states(wanted, hidden, block, x, start, reads)
        : ofBlock(() -> visual.states(wanted, hidden, block, x, start));
  }

  private Runnable ofBlock(Supplier<Torch.Value> tensor) {
    return () -> wanted.take(tensor.get(), block.evidence(), reads);
  }
}
