package io.prumerge.model.cut;

import io.prumerge.image.PatchGrid;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.SeenEvidence;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.SeenTokens;
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

/** The evidence for the cuts of one pack, taken on the way to them. */
final class CutEvidence implements AutoCloseable {

  private final CutApproach approach;
  private final VisualEvidence visual;
  private final QuestionEvidence questions;
  private final Set<Wanted> seen = new HashSet<>();

  /**
   * @param staying whether it stays on the device, for a rule there
   */
  private record Wanted(Evidence evidence, boolean staying) {

    static Wanted by(LayerCut cut, Evidence evidence) {
      return new Wanted(evidence, cut.onDevice(0).isPresent());
    }

    /** Has the host read a tensor into some evidence, or lets it stay. The tensor is closed. */
    void take(Torch.Value tensor, SeenEvidence into, PendingReads reads) {
      if (staying) {
        into.hold(evidence, tensor);
      } else {
        reads.add(tensor, values -> into.put(evidence, values));
      }
    }
  }

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
    seen.removeIf(one -> !lasts(one.evidence()));
  }

  // Past a cut: what is about the first layer, for those to come.
  private static boolean lasts(Evidence evidence) {
    return evidence instanceof Evidence.TextRelevance;
  }

  /**
   * Takes the part of the evidence that hidden states before a layer give.
   *
   * @param cut that wants it
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   * @param reads takes what the cut's rule is to have of it on the host
   */
  void see(
      LayerCut cut,
      Evidence evidence,
      List<PackBlock> blocks,
      Torch.Value x,
      int start,
      PendingReads reads) {
    Wanted wanted = Wanted.by(cut, evidence);
    if (evidence instanceof Evidence.Keys || !seen.add(wanted)) {
      return;
    }
    for (PackBlock block : blocks) {
      if (evidence.perQuestion()) {
        questions.see(wanted, block, x, start, reads);
      } else {
        visual.see(wanted, block, x, start, reads);
      }
    }
  }

  /**
   * Takes the rest, after the layers before the cut, and has a rule on the device look at all of
   * it.
   */
  void complete(List<PackBlock> blocks, PendingReads reads) {
    for (int b = 0; b < blocks.size(); b++) {
      PackBlock block = blocks.get(b);
      for (Evidence evidence : sees()) {
        Wanted wanted = Wanted.by(cut(), evidence);
        if (evidence.perQuestion()) {
          questions.complete(wanted, block, b, reads);
        } else {
          visual.complete(wanted, block, b, reads);
        }
      }
      if (approach.visual() > 0) {
        cut().onDevice(approach.visual()).ifPresent(rule -> make(rule, block, reads));
      }
    }
  }

  private void make(DeviceRule rule, PackBlock block, PendingReads reads) {
    CutPack pack = approach.pack();
    LayerCut cut = cut();
    List<SeenEvidence> each =
        cut.perQuestion()
            ? pack.askers(block).mapToObj(questions::of).toList()
            : List.of(block.evidence());
    for (SeenEvidence own : each) {
      List<Torch.Value> tensors = new ArrayList<>();
      for (Evidence one : cut.sees()) {
        tensors.add((one.perQuestion() ? own : block.evidence()).tensor(one));
      }
      reads.add(approach.evidence().runRule(rule, tensors), values -> own.put(cut, values));
      own.release(CutEvidence::lasts);
    }
    if (!pack.more()) { // whose questions look at the image, too
      block.evidence().release(CutEvidence::lasts);
    }
  }

  private LayerCut cut() {
    return approach.place().next().cut();
  }

  // Of the next cut, each once.
  private Set<Evidence> sees() {
    return new LinkedHashSet<>(cut().sees());
  }

  /** Returns all that the cut asked for, for a question. */
  SeenTokens of(PackBlock block, int question) {
    Map<Evidence, float[]> values = new HashMap<>();
    for (Evidence one : sees()) {
      values.put(one, (one.perQuestion() ? questions.of(question) : block.evidence()).of(one));
    }
    SeenEvidence chooser = cut().perQuestion() ? questions.of(question) : block.evidence();
    return new SeenTokens(approach.visual(), values, chooser.of(cut()));
  }

  @Override
  public void close() {
    approach.close();
    questions.close();
  }

  /** Evidence about the questions of a pack: their text, and its attention to the visual tokens. */
  private static final class QuestionEvidence implements AutoCloseable {

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

    private void ahead(
        Wanted wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
      Evidence evidence = wanted.evidence();
      boolean hold = !approach.place().now().apart() && pack.first() && pack.more();
      KvCache next = approach.place().nextCache(block.first());
      takeAttention(
          wanted, block, approach.attention().ahead(evidence, block, x, start, next, hold), reads);
      approach.work().charge(block, PassWork.keys(block.prefix()));
      pack.askers(block).forEach(q -> approach.work().charge(q, PassWork.keys(pack.rows(q))));
    }

    // Of all of a block's questions together; each keeps its own.
    private void takeAttention(
        Wanted wanted, PackBlock block, Torch.Value all, PendingReads reads) {
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
    void see(Wanted wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
      Evidence evidence = wanted.evidence();
      if (approach.visual() == 0) {
        block.evidence().put(evidence, new float[0]);
      } else if (block.prefix() == 0) {
        return;
      } else if (evidence instanceof Evidence.VisualAttention) {
        approach.waiting().add(evidence, approach.attention().visual(block, x, start));
      } else {
        Torch.Value tensor;
        if (evidence instanceof Evidence.Hidden hidden) {
          tensor = approach.visualStates(hidden, wanted.staying(), block, x, start);
        } else if (evidence instanceof Evidence.HighPass filtered) {
          tensor = highPass(filtered.grid(), block, x, start);
        } else if (evidence instanceof Evidence.KeyCosines) {
          tensor = keyCosines(evidence.layer(), block, x, start);
        } else {
          tensor = meanQuery(evidence.layer(), block, x, start);
        }
        wanted.take(tensor, block.evidence(), reads);
      }
    }

    private Torch.Value highPass(PatchGrid grid, PackBlock block, Torch.Value x, int start) {
      approach.work().charge(block, approach.evidence().highPassWork(grid));
      try (Torch.Value tokens = approach.visualRows(block, x, start)) {
        return approach.evidence().highPass(tokens, grid);
      }
    }

    private Torch.Value meanQuery(int layer, PackBlock block, Torch.Value x, int start) {
      approach.work().charge(block, PassWork.meanQuery(approach.visual()));
      try (Torch.Value tokens = approach.visualRows(block, x, start)) {
        return approach.evidence().meanQueryAttention(tokens, layer);
      }
    }

    private Torch.Value keyCosines(int layer, PackBlock block, Torch.Value x, int start) {
      int visual = approach.visual();
      PassWork cosines = approach.evidence().keyCosinesWork(visual);
      approach.work().charge(block, PassWork.keys(visual).plus(cosines));
      Torch.Value rows = approach.visualRows(block, x, start);
      try (Torch.Value keys = approach.attention().keysOfVisual(layer, block, rows)) {
        return approach.evidence().keyCosines(keys);
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
        if (!block.evidence().has(evidence)) {
          wanted.take(
              approach
                  .evidence()
                  .keys(
                      block.rows().cache(),
                      evidence.layer(),
                      approach.place().slots(block.first())),
              block.evidence(),
              reads);
        }
      } else if (approach.waiting().has(evidence)) {
        AskingRows rows = approach.waiting().of(evidence, index);
        try (Torch.Value all = approach.attention().toVisual(evidence, block, rows)) {
          wanted.take(approach.evidence().received(all), block.evidence(), reads);
        }
        int slots = approach.attention().slotsOfPrefix(block);
        approach.work().charge(block, PassWork.attention(rows.count(), slots));
      }
    }
  }
}
