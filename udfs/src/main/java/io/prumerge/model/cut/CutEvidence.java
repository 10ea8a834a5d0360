package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.SeenEvidence;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
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
  static boolean lasts(Evidence evidence) {
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
}
