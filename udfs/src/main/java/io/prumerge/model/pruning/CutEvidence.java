package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CollectedEvidence;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.PackBlock;
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

/** The evidence for the cuts of one pack, collected in the layers before them. */
final class CutEvidence implements AutoCloseable {

  private final EvidenceInputs inputs;
  private final VisualEvidence visual;
  private final QuestionEvidence questions;
  private final Set<WantedEvidence> collected = new HashSet<>();

  /**
   * @param inputs is closed with this
   */
  CutEvidence(EvidenceInputs inputs) {
    this.inputs = inputs;
    this.visual = new VisualEvidence(inputs);
    this.questions = new QuestionEvidence(inputs);
  }

  /** Returns the FLOPs of scoring. */
  EvidenceWork work() {
    return inputs.work();
  }

  /** Drops evidence about the tokens before the cut that the pack has passed. */
  void advance() {
    inputs.pending().close();
    questions.advance();
    collected.removeIf(wanted -> !wanted.evidence().lasts());
  }

  /**
   * Collects the part of the evidence that hidden states before a layer give.
   *
   * @param cut that wants it
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   * @param reads takes the tensors that the cut's rule reads on the host
   */
  void collectBeforeLayer(
      LayerCut cut,
      Evidence evidence,
      List<PackBlock> blocks,
      Torch.Value x,
      int start,
      PendingReads reads) {
    WantedEvidence wanted = WantedEvidence.by(cut, evidence);
    if (evidence.ofCache() || !collected.add(wanted)) {
      return;
    }
    for (PackBlock block : blocks) {
      if (evidence.perQuestion() || visual.hasRows(evidence, block)) {
        evidence.accept(new BeforeLayer(visual, questions, wanted, block, x, start, reads)).run();
      }
    }
  }

  /**
   * Collects the rest, once the layers before the cut have run, and runs the cut's rule if it is
   * one on the device.
   */
  void collectAfterLayers(List<PackBlock> blocks, PendingReads reads) {
    for (int b = 0; b < blocks.size(); b++) {
      PackBlock block = blocks.get(b);
      for (Evidence evidence : wanted()) {
        WantedEvidence wanted = WantedEvidence.by(cut(), evidence);
        if (evidence.perQuestion()) {
          questions.collectAfterLayers(wanted, block, b, reads);
        } else {
          visual.collectAfterLayers(wanted, block, b, reads);
        }
      }
      if (inputs.visual() > 0) {
        cut().onDevice(inputs.visual()).ifPresent(rule -> runRule(rule, block, reads));
      }
    }
  }

  private void runRule(DeviceRule rule, PackBlock block, PendingReads reads) {
    CutPack pack = inputs.pack();
    LayerCut cut = cut();
    List<CollectedEvidence> each =
        cut.perQuestion()
            ? pack.scoringQuestions(block).mapToObj(questions::of).toList()
            : List.of(block.evidence());
    for (CollectedEvidence own : each) {
      List<Torch.Value> tensors = new ArrayList<>();
      for (Evidence one : cut.sees()) {
        tensors.add((one.perQuestion() ? own : block.evidence()).tensor(one));
      }
      reads.add(inputs.evidence().runRule(rule, tensors), values -> own.put(cut, values));
      own.release(Evidence::lasts);
    }
    if (!pack.more()) { // whose questions look at the image, too
      block.evidence().release(Evidence::lasts);
    }
  }

  private LayerCut cut() {
    return inputs.progress().next().cut();
  }

  // What the next cut scores by, each piece once.
  private Set<Evidence> wanted() {
    return new LinkedHashSet<>(cut().sees());
  }

  /** Returns the evidence that the next cut scores a question's visual tokens by. */
  SeenTokens of(PackBlock block, int question) {
    Map<Evidence, float[]> values = new HashMap<>();
    for (Evidence one : wanted()) {
      values.put(one, (one.perQuestion() ? questions.of(question) : block.evidence()).of(one));
    }
    CollectedEvidence chooser = cut().perQuestion() ? questions.of(question) : block.evidence();
    return new SeenTokens(inputs.visual(), values, chooser.of(cut()));
  }

  @Override
  public void close() {
    inputs.close();
    questions.close();
  }
}
