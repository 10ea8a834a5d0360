package io.prumerge.model.cut;

import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Evidence about the questions of a pack: their text, and its attention to the visual tokens. */
final class QuestionEvidence {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutPlace place;
  private final CutAttention attention;
  private final WaitingRows waiting;
  private final EvidenceWork work;
  private final List<Map<Evidence, float[]>> own = new ArrayList<>();

  QuestionEvidence(
      LanguageModel model,
      CutPack pack,
      CutPlace place,
      CutAttention attention,
      WaitingRows waiting,
      EvidenceWork work) {
    this.model = model;
    this.pack = pack;
    this.place = place;
    this.attention = attention;
    this.waiting = waiting;
    this.work = work;
    for (int q = pack.start(); q < pack.end(); q++) {
      own.add(new HashMap<>());
    }
  }

  /** What is known for a question. */
  Map<Evidence, float[]> of(int question) {
    return own.get(question - pack.start());
  }

  /** Forgets what was about the tokens before the cut that the pack has passed. */
  void pass() {
    own.forEach(each -> each.keySet().removeIf(one -> !(one instanceof Evidence.TextRelevance)));
  }

  private int visual() {
    return place.now().visual();
  }

  /** Takes what hidden states before a layer give. */
  void see(Evidence evidence, CutPack.Block block, Torch.Value x, int start) {
    if (evidence instanceof Evidence.TextRelevance) {
      pack.askers(block).forEach(q -> relevance(evidence, q));
    } else if (evidence instanceof Evidence.Hidden hidden) {
      pack.askers(block).forEach(q -> of(q).put(hidden, states(hidden, block, q, x, start)));
    } else if (evidence.layer() == place.next().from()) {
      ahead(evidence, block, x, start);
    } else {
      waiting.add(evidence, attention.asking(evidence, block, x, start, visual()));
    }
  }

  // Of the embeddings alone: some decoders have added positions to the hidden states already.
  private void relevance(Evidence evidence, int question) {
    ProjectedTokens visual = pack.group().visual();
    int rows = pack.prompt(question);
    int[] ids = Arrays.copyOf(pack.group().suffixes().get(question), rows);
    try (Torch.Value text = model.embeddings(ids)) {
      of(question).put(evidence, model.evidence().relevance(text, visual.rows()));
    }
    work.book(question, model.evidence().relevanceWork(rows, visual.tokens()));
  }

  private float[] states(
      Evidence.Hidden hidden, CutPack.Block block, int question, Torch.Value x, int start) {
    int first = start + block.question(pack, question);
    return model.evidence().floats(x, first, first + pack.prompt(question), hidden.normed());
  }

  private void ahead(Evidence evidence, CutPack.Block block, Torch.Value x, int start) {
    boolean hold = !place.now().apart() && pack.first() && pack.more();
    KvCache next = place.nextCache(block.first());
    put(evidence, block, attention.ahead(evidence, block, x, start, next, hold, visual()));
    work.book(block, PassWork.keys(block.prefix()));
    pack.askers(block).forEach(q -> work.book(q, PassWork.keys(pack.rows(q))));
  }

  // Keeps the attention of each of a block's questions.
  private void put(Evidence evidence, CutPack.Block block, List<float[]> values) {
    int slots = pack.askedSlots(block);
    pack.askers(block)
        .forEach(
            q -> {
              of(q).put(evidence, values.get(q - block.first()));
              int rows = attention.rows(evidence, q);
              work.book(q, PassWork.attention(rows, slots));
              if (evidence instanceof Evidence.TextHeadAttention) {
                work.book(q, model.evidence().rotationWork(rows, visual()));
              }
            });
  }

  /**
   * Takes what is there once the layers before the cut have run.
   *
   * @param index of the block among all
   */
  void complete(Evidence evidence, CutPack.Block block, int index) {
    if (evidence instanceof Evidence.Keys) {
      pack.askers(block).forEach(q -> of(q).put(evidence, keys(evidence, block, q)));
    } else if (waiting.has(evidence)) {
      AskingRows rows = waiting.of(evidence, index);
      put(evidence, block, attention.behind(evidence, block, rows, visual()));
    }
  }

  private float[] keys(Evidence evidence, CutPack.Block block, int question) {
    int slot = block.rows().past() + block.question(pack, question) - block.start();
    int rows = pack.prompt(question);
    return model.evidence().keys(block.rows().cache(), evidence.layer(), slot, rows);
  }
}
