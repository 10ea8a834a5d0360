package io.prumerge.model.tower;

import io.prumerge.reduction.LayerView;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** What a layer of the tower shows of each member that looks at it, on the host. */
final class LayerViews {

  private final boolean[] looks;
  private final int[] counts;
  private final Map<LayerView, float[]> values = new EnumMap<>(LayerView.class);

  /**
   * Computes the views of all that look, and reads them with one wait.
   *
   * @param counts patches of each member
   * @param classTokens rows before those of the patches
   */
  LayerViews(
      Torch torch,
      Set<LayerView> sees,
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
      for (LayerView view : nobody ? Set.<LayerView>of() : sees) {
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

  private static String function(LayerView view) {
    return switch (view) {
      case CLASS_ATTENTION -> "layer_attention";
      case CLASS_VALUES -> "layer_values";
      case VALUE_NORMS -> "layer_norms";
      case MATCHES -> "layer_matches";
    };
  }

  private static int length(LayerView view, int patches) {
    return view == LayerView.MATCHES ? 2 * (patches / 2) : patches;
  }

  /** Returns the views of one member; none if it does not look. */
  Map<LayerView, float[]> of(int member) {
    Map<LayerView, float[]> own = new EnumMap<>(LayerView.class);
    if (looks[member]) {
      values.forEach((view, all) -> own.put(view, part(view, all, member)));
    }
    return own;
  }

  private float[] part(LayerView view, float[] all, int member) {
    int from = 0;
    for (int before = 0; before < member; before++) {
      from += looks[before] ? length(view, counts[before]) : 0;
    }
    float[] own = new float[length(view, counts[member])];
    System.arraycopy(all, from, own, 0, own.length);
    return own;
  }
}
