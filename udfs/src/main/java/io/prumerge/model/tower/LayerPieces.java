package io.prumerge.model.tower;

import io.prumerge.torch.Torch;
import java.util.stream.IntStream;

/**
 * Queries, keys and values of a layer of the tower, each a list of [b, heads, T, head].
 *
 * @param together whether the list has one element, of all images
 * @param places where it has one for each image: the place of each member's
 */
record LayerPieces(
    Torch.Value queries, Torch.Value keys, Torch.Value values, boolean together, int[] places)
    implements AutoCloseable {

  /** Returns the elements that are about some members, all of them where they are together. */
  int[] of(boolean[] members) {
    return together
        ? new int[1]
        : IntStream.range(0, members.length)
            .filter(member -> members[member])
            .map(member -> places[member])
            .toArray();
  }

  @Override
  public void close() {
    queries.close();
    keys.close();
    values.close();
  }
}
