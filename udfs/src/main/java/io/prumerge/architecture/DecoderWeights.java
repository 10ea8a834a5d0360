package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a decoder, and what sets its layers apart from another's. Its functions are in the
 * TorchScript part that {@link #script} names; each takes the structs of these blocks.
 */
public sealed interface DecoderWeights extends PartWeights
    permits LlamaWeights, OptWeights, FusedQkvWeights {

  /** What the names of a decoder's tensors begin with, the head's excepted. */
  String PREFIX = "language_model.model.";

  /** The head's name, where it is not the embedding. */
  String HEAD = "language_model.lm_head.weight";

  /** Returns the TorchScript part, and what the names of its functions begin with. */
  String script();

  /** Returns the full name of one of its functions. */
  default String function(String name) {
    return script() + "_" + name;
  }

  /** Returns D, the hidden size. */
  long width();

  /** Returns width of the MLP. */
  long mlp();

  /** Returns the decoder layers. */
  int layers();

  /** Returns V, rows of the embedding and of the head. */
  long vocabulary();

  /** Returns whether the head is the embedding. */
  boolean tied();

  /** Returns the embedding's name. */
  String embedding();

  /**
   * Returns whether queries and keys are rotated by their position. Otherwise each position has a
   * learned row, which is added before the first layer.
   */
  boolean rotary();

  /** Returns whether the MLP multiplies two products of its input; otherwise it has one. */
  boolean gated();

  /** Returns the embedding, the final norm and the head. */
  WeightBlock ends();

  /** Returns one decoder layer. */
  WeightBlock layer(int layer);

  /** Returns the rows of the vocabulary that stand in tensors of their own, its last ones. */
  default long moreVocabulary() {
    return 0;
  }

  /** Returns the blocks before some of the layers that attend to images, if there are any. */
  default Optional<CrossBlocks> cross() {
    return Optional.empty();
  }

  /** Returns the head, which may be the embedding. */
  default Weight headWeight() {
    return new Weight(
        "head",
        tied() ? embedding() : HEAD,
        List.of(vocabulary() - moreVocabulary(), width()),
        WeightUse.PRODUCT,
        WeightNeed.ALWAYS);
  }

  @Override
  default List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>();
    blocks.add(ends());
    for (int layer = 0; layer < layers(); layer++) {
      blocks.add(layer(layer));
    }
    cross().ifPresent(images -> blocks.addAll(images.blocks()));
    return blocks;
  }
}
