package io.prumerge.model.cut;

import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Evidence.Of;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The evidence for the cuts of one pack, taken on the way to them, and the work that it is. */
final class CutEvidence implements AutoCloseable {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutCaches caches;
  private final HeldPrefix held;
  private final CutAttention attention;
  private final Set<Evidence> seen = new HashSet<>();
  private final Map<Evidence, List<AskingRows>> asking = new HashMap<>();
  private final List<Map<Evidence, float[]>> own = new ArrayList<>();
  private final PassWork[] work;
  private PassWork shared = PassWork.NONE;
  private int stage;

  CutEvidence(LanguageModel model, CutPack pack, CutCaches caches, HeldPrefix held) {
    this.model = model;
    this.pack = pack;
    this.caches = caches;
    this.held = held;
    this.attention = new CutAttention(model, pack, held);
    this.work = new PassWork[pack.end() - pack.start()];
    Arrays.fill(work, PassWork.NONE);
    for (int q = pack.start(); q < pack.end(); q++) {
      own.add(new HashMap<>());
    }
  }

  /** Forgets what was about the tokens before the cut that the pack has passed. */
  void pass() {
    stage++;
    close();
    asking.clear();
    seen.removeIf(one -> !(one instanceof Evidence.TextRelevance));
    own.forEach(each -> each.keySet().removeIf(one -> !(one instanceof Evidence.TextRelevance)));
  }

  private int visual() {
    return caches.stages().get(stage).visual();
  }

  private CutStage next() {
    return caches.stages().get(stage + 1);
  }

  private Map<Evidence, float[]> own(int question) {
    return own.get(question - pack.start());
  }

  /** The work for one of the pack's questions. */
  PassWork work(int question) {
    return work[question - pack.start()];
  }

  /** The work for all questions of the group. */
  PassWork shared() {
    return shared;
  }

  /** Books work of a block: to its question, or to all if they have not parted. */
  void book(CutPack.Block block, PassWork one) {
    if (caches.stages().get(stage).apart()) {
      book(block.first(), one);
    } else {
      shared = shared.plus(one);
    }
  }

  /** Books work of a question; of the first one to all, if all go by it. */
  void book(int question, PassWork one) {
    if (pack.group().first().isPresent()) {
      shared = shared.plus(one);
    } else {
      work[question - pack.start()] = work(question).plus(one);
    }
  }

  /**
   * Takes the part of the evidence that hidden states before a layer give.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   */
  void see(Evidence evidence, List<CutPack.Block> blocks, Torch.Value x, int start) {
    if (evidence instanceof Evidence.Keys || !seen.add(evidence)) {
      return;
    }
    for (CutPack.Block block : blocks) {
      if (evidence instanceof Evidence.TextRelevance) {
        pack.askers(block).forEach(q -> relevance(evidence, q));
      } else if (evidence instanceof Evidence.Hidden hidden) {
        see(hidden, block, x, start);
      } else if (!evidence.perQuestion()) {
        visual(evidence, block, x, start);
      } else if (evidence.layer() == next().from()) {
        ahead(evidence, block, x, start);
      } else {
        asking
            .computeIfAbsent(evidence, key -> new ArrayList<>())
            .add(attention.asking(evidence, block, x, start, visual()));
      }
    }
  }

  // Of the embeddings alone: some decoders have added positions to the hidden states already.
  private void relevance(Evidence evidence, int question) {
    ProjectedTokens visual = pack.group().visual();
    int rows = pack.prompt(question);
    int[] ids = Arrays.copyOf(pack.group().suffixes().get(question), rows);
    try (Torch.Value text = model.embeddings(ids)) {
      own(question).put(evidence, model.evidence().relevance(text, visual.rows()));
    }
    book(question, model.evidence().relevanceWork(rows, visual.tokens()));
  }

  private void see(Evidence.Hidden hidden, CutPack.Block block, Torch.Value x, int start) {
    if (hidden.of() == Of.TEXT) {
      pack.askers(block)
          .forEach(
              q -> {
                int first = start + block.question(pack, q);
                own(q).put(hidden, floats(hidden, x, first, pack.prompt(q)));
              });
    } else if (block.prefix() > 0 || visual() == 0) {
      int first = start + block.start() + pack.visualRow();
      block.evidence().put(hidden, floats(hidden, x, first, visual()));
    }
  }

  private float[] floats(Evidence.Hidden hidden, Torch.Value x, int first, int count) {
    return model.evidence().floats(x, first, first + count, hidden.normed());
  }

  // What is about the visual tokens alone; a later pack has it from the first.
  private void visual(Evidence evidence, CutPack.Block block, Torch.Value x, int start) {
    int visual = visual();
    if (visual == 0) {
      block.evidence().put(evidence, new float[0]);
    } else if (block.prefix() == 0) {
      return;
    } else if (evidence instanceof Evidence.VisualAttention) {
      asking
          .computeIfAbsent(evidence, key -> new ArrayList<>())
          .add(attention.visual(block, x, start, visual));
    } else if (evidence instanceof Evidence.KeyCosines) {
      block
          .evidence()
          .put(evidence, attention.keyCosines(evidence.layer(), block, x, start, visual));
      book(block, PassWork.keys(visual).plus(model.evidence().keyCosinesWork(visual)));
    } else {
      int first = start + block.start() + pack.visualRow();
      try (Torch.Value tokens = model.evidence().rows(x, first, first + visual)) {
        float[] attention = model.evidence().meanQueryAttention(tokens, evidence.layer());
        block.evidence().put(evidence, attention);
      }
      book(block, PassWork.meanQuery(visual));
    }
  }

  private void ahead(Evidence evidence, CutPack.Block block, Torch.Value x, int start) {
    boolean hold = !caches.stages().get(stage).apart() && pack.first() && pack.more();
    KvCache next = caches.at(stage + 1, block.first());
    put(evidence, block, attention.ahead(evidence, block, x, start, next, hold, visual()));
    book(block, PassWork.keys(block.prefix()));
    pack.askers(block).forEach(q -> book(q, PassWork.keys(pack.rows(q))));
  }

  // Keeps the attention of each of a block's questions.
  private void put(Evidence evidence, CutPack.Block block, List<float[]> values) {
    int slots = pack.askedSlots(block);
    pack.askers(block)
        .forEach(
            q -> {
              own(q).put(evidence, values.get(q - block.first()));
              int rows = attention.rows(evidence, q);
              book(q, PassWork.attention(rows, slots));
              if (evidence instanceof Evidence.TextHeadAttention) {
                book(q, model.evidence().rotationWork(rows, visual()));
              }
            });
  }

  /** Takes the rest, after the layers before the cut. */
  void complete(List<CutPack.Block> blocks) {
    for (int b = 0; b < blocks.size(); b++) {
      CutPack.Block block = blocks.get(b);
      for (Evidence evidence : next().cut().sees()) {
        if (evidence instanceof Evidence.Keys keys) {
          keys(keys, block);
        } else if (evidence instanceof Evidence.VisualAttention) {
          toVisual(evidence, block, b);
        } else if (asking.containsKey(evidence)) {
          AskingRows rows = asking.get(evidence).get(b);
          put(evidence, block, attention.behind(evidence, block, rows, visual()));
        }
      }
    }
  }

  private void toVisual(Evidence evidence, CutPack.Block block, int b) {
    if (asking.containsKey(evidence)) {
      AskingRows rows = asking.get(evidence).get(b);
      block.evidence().put(evidence, attention.toVisual(evidence, block, rows, visual()));
      book(block, PassWork.attention(rows.count(), attention.slotsOfPrefix(visual())));
    }
  }

  private void keys(Evidence.Keys keys, CutPack.Block block) {
    KvCache cache = block.rows().cache();
    if (keys.of() == Of.VISUAL) {
      block
          .evidence()
          .computeIfAbsent(
              keys,
              key ->
                  model.evidence().keys(cache, keys.layer(), pack.group().visualSlot(), visual()));
    } else {
      pack.askers(block)
          .forEach(
              q -> {
                int slot = block.rows().past() + block.question(pack, q) - block.start();
                own(q).put(keys, model.evidence().keys(cache, keys.layer(), slot, pack.prompt(q)));
              });
    }
  }

  /** All that the cut asked for, for a question. */
  Map<Evidence, float[]> of(CutPack.Block block, int question) {
    return next().cut().sees().stream()
        .distinct()
        .collect(
            Collectors.toMap(
                one -> one,
                one -> one.perQuestion() ? own(question).get(one) : block.evidence().get(one)));
  }

  @Override
  public void close() {
    asking.values().forEach(all -> all.forEach(AskingRows::close));
  }
}
