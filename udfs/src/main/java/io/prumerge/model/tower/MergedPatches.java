package io.prumerge.model.tower;

import io.prumerge.reduction.Merge;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** The patches that PruMerge merges into each kept one, on the host. */
final class MergedPatches {

  private MergedPatches() {}

  /**
   * Computes them as the merge itself does.
   *
   * @param keys [N, C]
   * @param attention of the class token to each patch
   * @param kept distinct patches
   * @param near patches merged into each, at least one
   * @return one for each kept patch, in their order
   */
  static List<Merge> of(Torch torch, Torch.Value keys, float[] attention, int[] kept, int near) {
    float[] cosines;
    long[] patches;
    try (Torch.Value result = torch.call("nearest", keys, kept, near)) {
      Torch.Value[] parts = result.elements();
      try (Torch.Value similar = parts[0];
          Torch.Value nearest = parts[1];
          Torch.Value hostCosines = torch.call("floats", similar);
          Torch.Value hostPatches = torch.call("longs", nearest)) {
        cosines = hostCosines.toFloats(torch);
        patches = hostPatches.toLongs(torch);
      }
    }
    List<Merge> merges = new ArrayList<>();
    for (int centre = 0, i = 0; centre < kept.length; centre++) {
      List<Merge.Neighbour> merged = new ArrayList<>();
      for (int end = i + near; i < end; i++) {
        int patch = Math.toIntExact(patches[i]);
        merged.add(new Merge.Neighbour(patch, cosines[i], attention[patch]));
      }
      merges.add(new Merge(kept[centre], merged));
    }
    return merges;
  }
}
