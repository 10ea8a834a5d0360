package io.prumerge.model.cut;

import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.SeenEvidence;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Evidence about the questions of a pack: their text, and its attention to the visual tokens. */
final class QuestionEvidence implements AutoCloseable {

  private final CutApproach approach;
  private final CutPack pack;
  private final List<SeenEvidence> own = new ArrayList<>();

  QuestionEvidence(CutApproach approach) {
    this.approach = approach;
    this.pack = approach.pack();
    for (int q = pack.start(); q < pack.end(); q++) {
      own.add(new SeenEvidence());
    }
  }

  /** Returns the evidence of a question's cut. */
  SeenEvidence of(int question) {
    return own.get(question - pack.start());
  }

  /** Forgets what was about the tokens before the cut that the pack has passed. */
  void pass() {
    own.forEach(each -> each.forget(CutEvidence::lasts));
  }

  @Override
  public void close() {
    own.forEach(SeenEvidence::close);
  }

  /** Takes what hidden states before a layer give. */
  void see(Wanted wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (evidence instanceof Evidence.TextRelevance) {
      pack.askers(block).forEach(q -> relevance(wanted, q, reads));
    } else if (evidence instanceof Evidence.Hidden hidden) {
      pack.askers(block)
          .forEach(q -> wanted.take(states(wanted, hidden, block, q, x, start), of(q), reads));
    } else if (evidence.layer() == approach.place().next().from()) {
      ahead(wanted, block, x, start, reads);
    } else {
      approach.waiting().add(evidence, approach.attention().asking(evidence, block, x, start));
    }
  }

  // Of the embeddings alone: some decoders have added positions to the hidden states already.
  private void relevance(Wanted wanted, int question, PendingReads reads) {
    ProjectedTokens visual = pack.group().visual();
    int rows = pack.prompt(question);
    int[] ids = Arrays.copyOf(pack.group().suffixes().get(question), rows);
    try (Torch.Value text = approach.model().embeddings(ids)) {
      wanted.take(approach.evidence().relevance(text, visual.rows()), of(question), reads);
    }
    approach.work().charge(question, approach.evidence().relevanceWork(rows, visual.tokens()));
  }

  private Torch.Value states(
      Wanted wanted,
      Evidence.Hidden hidden,
      PackBlock block,
      int question,
      Torch.Value x,
      int start) {
    int first = start + block.question(pack, question);
    int end = first + pack.prompt(question);
    return approach.states(hidden, wanted.staying(), x, first, end);
  }

  private void ahead(Wanted wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    boolean hold = !approach.place().now().apart() && pack.first() && pack.more();
    KvCache next = approach.place().nextCache(block.first());
    takeAttention(
        wanted, block, approach.attention().ahead(evidence, block, x, start, next, hold), reads);
    approach.work().charge(block, PassWork.keys(block.prefix()));
    pack.askers(block).forEach(q -> approach.work().charge(q, PassWork.keys(pack.rows(q))));
  }

  // Of all of a block's questions together; each keeps its own.
  private void takeAttention(Wanted wanted, PackBlock block, Torch.Value all, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (wanted.staying()) {
      hold(evidence, block, all);
    } else {
      reads.add(
          all,
          values -> {
            List<float[]> each = approach.attention().split(values, evidence, block);
            pack.askers(block).forEach(q -> of(q).put(evidence, each.get(q - block.first())));
          });
    }
    int slots = pack.askedSlots(block);
    pack.askers(block)
        .forEach(
            q -> {
              int rows = approach.attention().rows(evidence, q);
              approach.work().charge(q, PassWork.attention(rows, slots));
              if (evidence instanceof Evidence.LastRowFlow) {
                approach.work().charge(q, approach.evidence().flowWork(approach.visual()));
              }
              if (evidence instanceof Evidence.TextHeadAttention) {
                int visual = approach.visual();
                approach.work().charge(q, approach.evidence().rotationWork(rows, visual));
              }
            });
  }

  private void hold(Evidence evidence, PackBlock block, Torch.Value all) {
    try (all) {
      int start = 0;
      for (int q : pack.askers(block).toArray()) {
        int rows = approach.attention().rows(evidence, q);
        of(q).hold(evidence, approach.evidence().asking(all, start, rows));
        start += rows;
      }
    }
  }

  /**
   * Takes what is there once the layers before the cut have run.
   *
   * @param index of the block among all
   */
  void complete(Wanted wanted, PackBlock block, int index, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (evidence instanceof Evidence.Keys) {
      pack.askers(block).forEach(q -> wanted.take(keys(evidence, block, q), of(q), reads));
    } else if (approach.waiting().has(evidence)) {
      AskingRows rows = approach.waiting().of(evidence, index);
      takeAttention(wanted, block, approach.attention().behind(evidence, block, rows), reads);
    }
  }

  private Torch.Value keys(Evidence evidence, PackBlock block, int question) {
    int slot = block.rows().past() + block.question(pack, question) - block.start();
    int rows = pack.prompt(question);
    return approach.evidence().keys(block.rows().cache(), evidence.layer(), slot, rows);
  }
}
