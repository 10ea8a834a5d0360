package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
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

  /** The work that it is. */
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

  /** All that the cut asked for, for a question. */
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
}
