package io.prumerge.reduction.tower;

import io.prumerge.reduction.TowerEvidence;

/** What a {@link SequenceReducer} compares rows by. */
enum PairEvidence {
  COSINES("cosine", TowerEvidence.Cosines.OF_PROJECTED) {
    @Override
    TowerEvidence ofSequence(int rows, boolean learned) {
      return new TowerEvidence.SequenceCosines(rows, learned);
    }
  },
  TRANSPORT_KERNEL("kernel", new TowerEvidence.TransportKernel()) {
    @Override
    TowerEvidence ofSequence(int rows, boolean learned) {
      return new TowerEvidence.SequenceKernel(rows, learned);
    }
  };

  private final String word;
  private final TowerEvidence ofView;

  PairEvidence(String word, TowerEvidence ofView) {
    this.word = word;
    this.ofView = ofView;
  }

  /** Returns what it is of each pair, in a word. */
  String word() {
    return word;
  }

  /** Returns the evidence of the patches of one view. */
  TowerEvidence ofView() {
    return ofView;
  }

  /** Returns the evidence of the rows of several views. */
  abstract TowerEvidence ofSequence(int rows, boolean learned);
}
