package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import java.util.Arrays;

/**
 * The FLOPs of scoring at the cuts of a pack: those of each question alone, and those that all
 * questions of the group share.
 */
final class EvidenceWork {

  private final CutPack pack;
  private final PackProgress progress;
  private final PassWork[] own;
  private PassWork shared = PassWork.NONE;

  EvidenceWork(CutPack pack, PackProgress progress) {
    this.pack = pack;
    this.progress = progress;
    this.own = new PassWork[pack.end() - pack.start()];
    Arrays.fill(own, PassWork.NONE);
  }

  /** Returns the work for one of the pack's questions. */
  PassWork of(int question) {
    return own[question - pack.start()];
  }

  /** Returns the work for all questions of the group. */
  PassWork shared() {
    return shared;
  }

  /** Charges work of a block: to its question, or to all if they have not parted. */
  void charge(PackBlock block, PassWork one) {
    if (progress.current().apart()) {
      charge(block.first(), one);
    } else {
      shared = shared.plus(one);
    }
  }

  /** Charges work of a question; of the first one to all, if all go by it. */
  void charge(int question, PassWork one) {
    if (pack.group().first().isPresent()) {
      shared = shared.plus(one);
    } else {
      own[question - pack.start()] = of(question).plus(one);
    }
  }
}
