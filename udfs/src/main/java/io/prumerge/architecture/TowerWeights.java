package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A vision tower: patches, and mostly a class token, through layers of attention and MLP. Its
 * structs are those of {@link ClipWeights}, or of {@link PackedTower} for views of any size,
 * whatever its tensors are named, so that one script runs all of a kind.
 */
public interface TowerWeights extends PartWeights {

  /** The module that makes rows of patches, as CLIP names it. */
  String PATCHES = "embeddings.patch_embedding";

  /** Returns the matrix of the patches, [width, channels, side, side]. */
  static Weight patches(String module, long width, long channels, long patchSize) {
    return new Weight(
        "patches",
        module + ".weight",
        List.of(width, channels, patchSize, patchSize),
        WeightUse.PRODUCT,
        WeightNeed.ALWAYS);
  }

  /**
   * Returns the function that runs its layers: {@code tower} over squares of one size, {@code
   * packed_tower} over views of any size. The names of others of its structs begin with it.
   */
  default String script() {
    return "tower";
  }

  /**
   * Returns the side of the square of patches that its learned positions are stored for, if that is
   * the same for images of every size; they are interpolated for others.
   */
  default OptionalInt storedSide() {
    return OptionalInt.empty();
  }

  /**
   * Returns the function that gives each patch its learned position, of what stands before the
   * layers and of the patches along a view's side; mostly none, where positions are stored in the
   * patches' order.
   */
  default Optional<String> positioned() {
    return Optional.empty();
  }

  /** Returns the number of its layers. */
  int layers();

  /** Returns the number of layers that run in full: mostly all, which the features need. */
  default int wholeLayers() {
    return layers();
  }

  /** Class token, patches, positions and, where there is one, the norm before the first layer. */
  WeightBlock embeddings();

  /** Returns one layer. */
  WeightBlock layer(int layer);

  /**
   * Returns the weights of PruMerge's scores: norm, queries and keys of the last layer. Empty
   * without a class token to score by.
   */
  default Optional<WeightBlock> scores() {
    return Optional.empty();
  }

  /** Returns the norm after the last layer, where there is one. */
  default Optional<WeightBlock> last() {
    return Optional.empty();
  }

  /**
   * Returns the embeddings, the whole layers and the norm after the last one if it is read, in a
   * list of the caller's own; a tower with other blocks adds them.
   */
  @Override
  default List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>();
    blocks.add(embeddings());
    for (int layer = 0; layer < wholeLayers(); layer++) {
      blocks.add(layer(layer));
    }
    last().filter(norm -> norm.weights().stream().anyMatch(Weight::read)).ifPresent(blocks::add);
    return blocks;
  }
}
