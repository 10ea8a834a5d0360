package io.prumerge.model.tower;

import io.prumerge.reduction.InTower;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What a layer of the tower shows of each member that looks at it, on the host. */
final class LayerViews {

  private final boolean[] looks;
  private final int[] counts;
  private final Map<InTower.View, float[]> values = new EnumMap<>(InTower.View.class);

  /**
   * Computes the views of all that look, and reads them with one wait.
   *
   * @param counts patches of each member
   * @param classTokens rows before those of the patches
   */
  LayerViews(
      Torch torch,
      Set<InTower.View> sees,
      LayerPieces pieces,
      boolean[] looks,
      int[] counts,
      int classTokens) {
    this.looks = looks;
    this.counts = counts;
    int[] which = pieces.of(looks);
    boolean nobody = true;
    for (boolean one : looks) {
      nobody &= !one;
    }
    try (PendingReads reads = new PendingReads(torch)) {
      for (InTower.View view : nobody ? Set.<InTower.View>of() : sees) {
        reads.add(
            torch.call(
                function(view),
                pieces.queries(),
                pieces.keys(),
                pieces.values(),
                which,
                classTokens),
            all -> values.put(view, all));
      }
      reads.read();
    }
  }

  private static String function(InTower.View view) {
    return switch (view) {
      case CLASS_ATTENTION -> "layer_attention";
      case CLASS_VALUES -> "layer_values";
      case VALUE_NORMS -> "layer_norms";
      case MATCHES -> "layer_matches";
    };
  }

  private static int length(InTower.View view, int patches) {
    return view == InTower.View.MATCHES ? 2 * (patches / 2) : patches;
  }

  /** The views of one member; none if it does not look. */
  Map<InTower.View, float[]> of(int member) {
    Map<InTower.View, float[]> own = new EnumMap<>(InTower.View.class);
    if (looks[member]) {
      values.forEach((view, all) -> own.put(view, part(view, all, member)));
    }
    return own;
  }

  private float[] part(InTower.View view, float[] all, int member) {
    int from = 0;
    for (int before = 0; before < member; before++) {
      from += looks[before] ? length(view, counts[before]) : 0;
    }
    float[] own = new float[length(view, counts[member])];
    System.arraycopy(all, from, own, 0, own.length);
    return own;
  }

  /**
   * Queries, keys and values of a layer of the tower, each a list of [b, heads, T, head].
   *
   * @param together whether the list has one element, of all images
   * @param places where it has one for each image: the place of each member's
   */
  record LayerPieces(
      Torch.Value queries, Torch.Value keys, Torch.Value values, boolean together, int[] places)
      implements AutoCloseable {

    /** The elements that are about some members, all of them where they are together. */
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
}
