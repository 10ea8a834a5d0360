package io.prumerge.model.cut;

import io.prumerge.model.connector.VisualRows.ProjectedTokens;
import io.prumerge.model.cut.CutApproach.EvidenceWork;
import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The evidence for the cuts of one pack, taken on the way to them. */
final class CutEvidence implements AutoCloseable {

  private final CutApproach approach;
  private final VisualEvidence visual;
  private final QuestionEvidence questions;
  private final Set<Evidence> seen = new HashSet<>();

  /**
   * @param approach is closed with this
   */
  CutEvidence(CutApproach approach) {
    this.approach = approach;
    this.visual = new VisualEvidence(approach);
    this.questions = new QuestionEvidence(approach);
  }

  /** Returns the work that it is. */
  EvidenceWork work() {
    return approach.work();
  }

  /** Forgets what was about the tokens before the cut that the pack has passed. */
  void pass() {
    approach.waiting().close();
    questions.pass();
    seen.removeIf(one -> !(one instanceof Evidence.TextRelevance));
  }

  /**
   * Takes the part of the evidence that hidden states before a layer give.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   * @param reads takes what the cut's rule is to have of it
   */
  void see(
      Evidence evidence, List<CutPack.Block> blocks, Torch.Value x, int start, PendingReads reads) {
    if (evidence instanceof Evidence.Keys || !seen.add(evidence)) {
      return;
    }
    for (CutPack.Block block : blocks) {
      if (evidence.perQuestion()) {
        questions.see(evidence, block, x, start, reads);
      } else {
        visual.see(evidence, block, x, start, reads);
      }
    }
  }

  /** Takes the rest, after the layers before the cut. */
  void complete(List<CutPack.Block> blocks, PendingReads reads) {
    Set<Evidence> sees = sees();
    for (int b = 0; b < blocks.size(); b++) {
      for (Evidence evidence : sees) {
        if (evidence.perQuestion()) {
          questions.complete(evidence, blocks.get(b), b, reads);
        } else {
          visual.complete(evidence, blocks.get(b), b, reads);
        }
      }
    }
  }

  // Of the next cut, each once.
  private Set<Evidence> sees() {
    return new LinkedHashSet<>(approach.place().next().cut().sees());
  }

  /** Returns all that the cut asked for, for a question. */
  Map<Evidence, float[]> of(CutPack.Block block, int question) {
    return sees().stream()
        .collect(
            Collectors.toMap(
                one -> one,
                one ->
                    one.perQuestion()
                        ? questions.of(question).get(one)
                        : block.evidence().get(one)));
  }

  @Override
  public void close() {
    approach.close();
  }

  /** Evidence about the questions of a pack: their text, and its attention to the visual tokens. */
  private static final class QuestionEvidence {

    private final CutApproach approach;
    private final CutPack pack;
    private final List<Map<Evidence, float[]>> own = new ArrayList<>();

    QuestionEvidence(CutApproach approach) {
      this.approach = approach;
      this.pack = approach.pack();
      for (int q = pack.start(); q < pack.end(); q++) {
        own.add(new HashMap<>());
      }
    }

    /** Returns what is known for a question. */
    Map<Evidence, float[]> of(int question) {
      return own.get(question - pack.start());
    }

    /** Forgets what was about the tokens before the cut that the pack has passed. */
    void pass() {
      own.forEach(each -> each.keySet().removeIf(one -> !(one instanceof Evidence.TextRelevance)));
    }

    /** Takes what hidden states before a layer give. */
    void see(Evidence evidence, CutPack.Block block, Torch.Value x, int start, PendingReads reads) {
      if (evidence instanceof Evidence.TextRelevance) {
        pack.askers(block).forEach(q -> relevance(evidence, q, reads));
      } else if (evidence instanceof Evidence.Hidden hidden) {
        pack.askers(block)
            .forEach(q -> read(evidence, q, states(hidden, block, q, x, start), reads));
      } else if (evidence.layer() == approach.place().next().from()) {
        ahead(evidence, block, x, start, reads);
      } else {
        approach.waiting().add(evidence, approach.attention().asking(evidence, block, x, start));
      }
    }

    private void read(Evidence evidence, int question, Torch.Value tensor, PendingReads reads) {
      reads.add(tensor, values -> of(question).put(evidence, values));
    }

    // Of the embeddings alone: some decoders have added positions to the hidden states already.
    private void relevance(Evidence evidence, int question, PendingReads reads) {
      ProjectedTokens visual = pack.group().visual();
      int rows = pack.prompt(question);
      int[] ids = Arrays.copyOf(pack.group().suffixes().get(question), rows);
      try (Torch.Value text = approach.model().embeddings(ids)) {
        read(evidence, question, approach.evidence().relevance(text, visual.rows()), reads);
      }
      approach.work().charge(question, approach.evidence().relevanceWork(rows, visual.tokens()));
    }

    private Torch.Value states(
        Evidence.Hidden hidden, CutPack.Block block, int question, Torch.Value x, int start) {
      int first = start + block.question(pack, question);
      return approach.evidence().states(hidden, x, first, first + pack.prompt(question));
    }

    private void ahead(
        Evidence evidence, CutPack.Block block, Torch.Value x, int start, PendingReads reads) {
      boolean hold = !approach.place().now().apart() && pack.first() && pack.more();
      KvCache next = approach.place().nextCache(block.first());
      readAttention(
          evidence,
          block,
          approach.attention().ahead(evidence, block, x, start, next, hold),
          reads);
      approach.work().charge(block, PassWork.keys(block.prefix()));
      pack.askers(block).forEach(q -> approach.work().charge(q, PassWork.keys(pack.rows(q))));
    }

    // Of all of a block's questions together; each keeps its own.
    private void readAttention(
        Evidence evidence, CutPack.Block block, Torch.Value all, PendingReads reads) {
      reads.add(
          all,
          values -> {
            List<float[]> each = approach.attention().split(values, evidence, block);
            pack.askers(block).forEach(q -> of(q).put(evidence, each.get(q - block.first())));
          });
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

    /**
     * Takes what is there once the layers before the cut have run.
     *
     * @param index of the block among all
     */
    void complete(Evidence evidence, CutPack.Block block, int index, PendingReads reads) {
      if (evidence instanceof Evidence.Keys) {
        pack.askers(block).forEach(q -> read(evidence, q, keys(evidence, block, q), reads));
      } else if (approach.waiting().has(evidence)) {
        AskingRows rows = approach.waiting().of(evidence, index);
        readAttention(evidence, block, approach.attention().behind(evidence, block, rows), reads);
      }
    }

    private Torch.Value keys(Evidence evidence, CutPack.Block block, int question) {
      int slot = block.rows().past() + block.question(pack, question) - block.start();
      int rows = pack.prompt(question);
      return approach.evidence().keys(block.rows().cache(), evidence.layer(), slot, rows);
    }
  }

  /**
   * Evidence about the visual tokens alone, kept with the block that has them. A later pack has it
   * from the first.
   */
  private static final class VisualEvidence {

    private final CutApproach approach;

    VisualEvidence(CutApproach approach) {
      this.approach = approach;
    }

    /** Takes what hidden states before a layer give. */
    void see(Evidence evidence, CutPack.Block block, Torch.Value x, int start, PendingReads reads) {
      int visual = approach.visual();
      int first = start + block.start() + approach.pack().visualRow();
      if (visual == 0) {
        block.evidence().put(evidence, new float[0]);
      } else if (block.prefix() == 0) {
        return;
      } else if (evidence instanceof Evidence.Hidden hidden) {
        read(evidence, block, approach.evidence().states(hidden, x, first, first + visual), reads);
      } else if (evidence instanceof Evidence.HighPass) {
        try (Torch.Value tokens = approach.evidence().rows(x, first, first + visual)) {
          read(evidence, block, approach.evidence().highPass(tokens, visual), reads);
        }
        approach.work().charge(block, approach.evidence().highPassWork(visual));
      } else if (evidence instanceof Evidence.VisualAttention) {
        approach.waiting().add(evidence, approach.attention().visual(block, x, start));
      } else if (evidence instanceof Evidence.KeyCosines) {
        read(evidence, block, keyCosines(evidence.layer(), block, x, start), reads);
        PassWork cosines = approach.evidence().keyCosinesWork(visual);
        approach.work().charge(block, PassWork.keys(visual).plus(cosines));
      } else {
        try (Torch.Value tokens = approach.evidence().rows(x, first, first + visual)) {
          int layer = evidence.layer();
          read(evidence, block, approach.evidence().meanQueryAttention(tokens, layer), reads);
        }
        approach.work().charge(block, PassWork.meanQuery(visual));
      }
    }

    private Torch.Value keyCosines(int layer, CutPack.Block block, Torch.Value x, int start) {
      try (Torch.Value keys = approach.attention().keysOfVisual(layer, block, x, start)) {
        return approach.evidence().keyCosines(keys);
      }
    }

    private static void read(
        Evidence evidence, CutPack.Block block, Torch.Value tensor, PendingReads reads) {
      reads.add(tensor, values -> block.evidence().put(evidence, values));
    }

    /**
     * Takes what is there once the layers before the cut have run.
     *
     * @param index of the block among all
     */
    void complete(Evidence evidence, CutPack.Block block, int index, PendingReads reads) {
      int visual = approach.visual();
      if (evidence instanceof Evidence.Keys) {
        if (!block.evidence().containsKey(evidence)) {
          int slot = approach.pack().group().visualSlot();
          int layer = evidence.layer();
          read(
              evidence,
              block,
              approach.evidence().keys(block.rows().cache(), layer, slot, visual),
              reads);
        }
      } else if (approach.waiting().has(evidence)) {
        AskingRows rows = approach.waiting().of(evidence, index);
        reads.add(
            approach.attention().toVisual(evidence, block, rows),
            values -> block.evidence().put(evidence, sums(values, visual)));
        int slots = approach.attention().slotsOfPrefix();
        approach.work().charge(block, PassWork.attention(rows.count(), slots));
      }
    }

    // [rows, columns] -> [columns].
    private static float[] sums(float[] values, int columns) {
      float[] sums = new float[columns];
      for (int i = 0; i < values.length; i++) {
        sums[i % columns] += values[i];
      }
      return sums;
    }
  }
}
