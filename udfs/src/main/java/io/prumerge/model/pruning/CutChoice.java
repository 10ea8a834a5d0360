package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.run.CutResult;
import io.prumerge.reduction.run.CutRule;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What the rules of a pack's cuts keep, and the questions for which a rule failed. */
final class CutChoice {

  private final CutPack pack;
  private final PackProgress progress;
  private final CutEvidence evidence;
  private final int width;
  private final Map<Integer, String> failures = new TreeMap<>();

  /**
   * @param width of the hidden states
   */
  CutChoice(CutPack pack, PackProgress progress, CutEvidence evidence, int width) {
    this.pack = pack;
    this.progress = progress;
    this.evidence = evidence;
    this.width = width;
  }

  /** Returns why there is no answer for some questions. */
  Map<Integer, String> failures() {
    return failures;
  }

  /** Returns the tokens that the next cut keeps for one question. */
  KeptTokens question(PackBlock block, int question) {
    KeptTokens kept = keep(block, question, question, question + 1);
    evidence.work().charge(question, flops(kept));
    return kept;
  }

  /**
   * Returns the tokens that the next cut keeps for all questions of the group, which share a block.
   */
  KeptTokens shared(PackBlock block) {
    KeptTokens kept = keep(block, block.first(), 0, pack.group().suffixes().size());
    evidence.work().charge(block, flops(kept));
    return kept;
  }

  // Failures are those of all questions from first to end.
  private KeptTokens keep(PackBlock block, int question, int first, int end) {
    CutStage next = progress.next();
    CutRule rule =
        new CutRule(
            next.cut(), progress.current().visual(), next.visual(), progress.dropsEarlierRows());
    Supplier<CutResult> choice = () -> rule.keep(evidence.of(block, question));
    CutResult result =
        pack.group().first().map(all -> all.of(next.cut(), choice)).orElseGet(choice);
    result
        .failure()
        .ifPresent(why -> IntStream.range(first, end).forEach(q -> failures.putIfAbsent(q, why)));
    return result.keptTokens();
  }

  private PassWork flops(KeptTokens kept) {
    int before = progress.current().visual();
    return PassWork.flops(progress.next().cut().flops(before, kept.tokens().length, width));
  }
}
