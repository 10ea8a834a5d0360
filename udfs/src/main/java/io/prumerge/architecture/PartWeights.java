package io.prumerge.architecture;

import java.util.List;

/** The weights of one part of a model. */
public interface PartWeights {

  /** Returns all blocks in the order of their use. A tensor may stand in several blocks. */
  List<WeightBlock> blocks();
}
