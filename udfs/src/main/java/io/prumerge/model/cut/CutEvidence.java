package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The evidence for the cuts of one pack, taken on the way to them. */
final class CutEvidence implements AutoCloseable {

  private final CutPlace place;
  private final EvidenceWork work;
  private final WaitingRows waiting = new WaitingRows();
  private final VisualEvidence visual;
  private final QuestionEvidence questions;
  private final Set<Evidence> seen = new HashSet<>();

  CutEvidence(LanguageModel model, CutPack pack, CutPlace place, HeldPrefix held) {
    CutAttention attention = new CutAttention(model, pack, held);
    this.place = place;
    this.work = new EvidenceWork(pack, place);
    this.visual = new VisualEvidence(model, pack, place, attention, waiting, work);
    this.questions = new QuestionEvidence(model, pack, place, attention, waiting, work);
  }

  /** The work that it is. */
  EvidenceWork work() {
    return work;
  }

  /** Forgets what was about the tokens before the cut that the pack has passed. */
  void pass() {
    waiting.close();
    questions.pass();
    seen.removeIf(one -> !(one instanceof Evidence.TextRelevance));
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
      if (evidence.perQuestion()) {
        questions.see(evidence, block, x, start);
      } else {
        visual.see(evidence, block, x, start);
      }
    }
  }

  /** Takes the rest, after the layers before the cut. */
  void complete(List<CutPack.Block> blocks) {
    for (int b = 0; b < blocks.size(); b++) {
      for (Evidence evidence : place.next().cut().sees()) {
        if (evidence.perQuestion()) {
          questions.complete(evidence, blocks.get(b), b);
        } else {
          visual.complete(evidence, blocks.get(b), b);
        }
      }
    }
  }

  /** All that the cut asked for, for a question. */
  Map<Evidence, float[]> of(CutPack.Block block, int question) {
    return place.next().cut().sees().stream()
        .distinct()
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
    waiting.close();
  }
}
