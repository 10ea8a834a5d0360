package io.prumerge.model.pruning;

import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.CollectedEvidence;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.QueryRows;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Evidence about the questions of a pack: their text, and its attention to the visual tokens. */
final class QuestionEvidence implements AutoCloseable {

  private final EvidenceInputs inputs;
  private final CutPack pack;
  private final List<CollectedEvidence> own = new ArrayList<>();

  QuestionEvidence(EvidenceInputs inputs) {
    this.inputs = inputs;
    this.pack = inputs.pack();
    for (int q = pack.start(); q < pack.end(); q++) {
      own.add(new CollectedEvidence());
    }
  }

  /** Returns the evidence collected of one question. */
  CollectedEvidence of(int question) {
    return own.get(question - pack.start());
  }

  /** Drops evidence about the tokens before the cut that the pack has passed. */
  void advance() {
    own.forEach(each -> each.forget(Evidence::lasts));
  }

  @Override
  public void close() {
    own.forEach(CollectedEvidence::close);
  }

  /** Collects the attention of the text's rows in a layer that has not run. */
  void attention(
      WantedEvidence wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (evidence.layer() == inputs.progress().next().from()) {
      attentionBeforeLayer(wanted, block, x, start, reads);
    } else {
      inputs.pending().add(evidence, inputs.attention().textQueries(evidence, block, x, start));
    }
  }

  /** Collects the hidden states of the text. */
  void states(
      WantedEvidence wanted,
      Evidence.Hidden hidden,
      PackBlock block,
      Torch.Value x,
      int start,
      PendingReads reads) {
    pack.scoringQuestions(block)
        .forEach(q -> wanted.take(states(wanted, hidden, block, q, x, start), of(q), reads));
  }

  /** Collects how much the text is like the visual tokens. */
  void relevance(WantedEvidence wanted, PackBlock block, PendingReads reads) {
    pack.scoringQuestions(block).forEach(q -> relevance(wanted, q, reads));
  }

  // Of the embeddings alone: some decoders have added positions to the hidden states already.
  private void relevance(WantedEvidence wanted, int question, PendingReads reads) {
    ProjectedTokens visual = pack.group().visual();
    int rows = pack.prompt(question);
    int[] ids = Arrays.copyOf(pack.group().suffixes().get(question), rows);
    try (Torch.Value text = inputs.model().embeddings(ids)) {
      wanted.take(inputs.evidence().relevance(text, visual.rows()), of(question), reads);
    }
    inputs.work().charge(question, inputs.evidence().relevanceWork(rows, visual.tokens()));
  }

  private Torch.Value states(
      WantedEvidence wanted,
      Evidence.Hidden hidden,
      PackBlock block,
      int question,
      Torch.Value x,
      int start) {
    int first = start + block.question(pack, question);
    int end = first + pack.prompt(question);
    return inputs.states(hidden, wanted.staying(), x, first, end);
  }

  private void attentionBeforeLayer(
      WantedEvidence wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    boolean hold = !inputs.progress().current().apart() && pack.first() && pack.more();
    KvCache next = inputs.progress().nextCache(block.first());
    takeAttention(
        wanted,
        block,
        inputs.attention().beforeLayer(evidence, block, x, start, next, hold),
        reads);
    inputs.work().charge(block, PassWork.keys(block.prefix()));
    pack.scoringQuestions(block).forEach(q -> inputs.work().charge(q, PassWork.keys(pack.rows(q))));
  }

  // Of all of a block's questions together; each keeps its own.
  private void takeAttention(
      WantedEvidence wanted, PackBlock block, Torch.Value all, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (wanted.staying()) {
      hold(evidence, block, all);
    } else {
      reads.add(
          all,
          values -> {
            List<float[]> each = inputs.attention().split(values, evidence, block);
            pack.scoringQuestions(block)
                .forEach(q -> of(q).put(evidence, each.get(q - block.first())));
          });
    }
    int slots = pack.scoringSlots(block);
    pack.scoringQuestions(block)
        .forEach(
            q -> {
              int rows = inputs.attention().queryRows(evidence, q);
              inputs.work().charge(q, PassWork.attention(rows, slots));
              if (evidence.ofValues()) {
                inputs.work().charge(q, inputs.evidence().flowWork(inputs.visual()));
              }
              if (evidence.ofHeads()) {
                int visual = inputs.visual();
                inputs.work().charge(q, inputs.evidence().rotationWork(rows, visual));
              }
            });
  }

  private void hold(Evidence evidence, PackBlock block, Torch.Value all) {
    try (all) {
      int start = 0;
      for (int q : pack.scoringQuestions(block).toArray()) {
        int rows = inputs.attention().queryRows(evidence, q);
        of(q).hold(evidence, inputs.evidence().queries(all, start, rows));
        start += rows;
      }
    }
  }

  /**
   * Collects evidence that needs the keys of the layers before the cut, which have run.
   *
   * @param index of the block among all
   */
  void collectAfterLayers(WantedEvidence wanted, PackBlock block, int index, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (evidence.ofCache()) {
      pack.scoringQuestions(block)
          .forEach(q -> wanted.take(keys(evidence, block, q), of(q), reads));
    } else if (inputs.pending().has(evidence)) {
      QueryRows rows = inputs.pending().of(evidence, index);
      takeAttention(wanted, block, inputs.attention().afterLayer(evidence, block, rows), reads);
    }
  }

  private Torch.Value keys(Evidence evidence, PackBlock block, int question) {
    int slot = block.rows().past() + block.question(pack, question) - block.start();
    int rows = pack.prompt(question);
    return inputs.evidence().keys(block.rows().cache(), evidence.layer(), slot, rows);
  }
}
