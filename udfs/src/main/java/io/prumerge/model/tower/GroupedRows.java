package io.prumerge.model.tower;

import io.prumerge.reduction.PatchGroups;
import io.prumerge.torch.Torch;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the rows of a batch's positions go after a cut inside the tower: the class token of each
 * image, where there is one, to the front of its groups, those that were dropped nowhere.
 */
final class GroupedRows {

  private final int classTokens;
  private final IntStream.Builder sources = IntStream.builder();
  private final IntStream.Builder places = IntStream.builder();
  private int before;
  private int behind;
  private boolean same = true;
  private boolean means;

  /**
   * @param classTokens rows of an image before those of its patches
   */
  GroupedRows(int classTokens) {
    this.classTokens = classTokens;
  }

  /** Adds the next image's patches, in groups. */
  void add(PatchGroups groups) {
    for (int row = 0; row < classTokens; row++) {
      sources.add(before + row);
      places.add(behind + row);
    }
    int patches = groups.place().length;
    for (int patch = 0; patch < patches; patch++) {
      int group = groups.place()[patch];
      if (group != PatchGroups.DROPPED) {
        sources.add(before + classTokens + patch);
        places.add(behind + classTokens + group);
      }
    }
    same &= groups.keepsAll();
    means |= IntStream.of(groups.members()).anyMatch(members -> members > 1);
    before += patches + classTokens;
    behind += groups.count() + classTokens;
  }

  /** Leaves the next image out from here on. */
  void leave(int patches) {
    before += patches + classTokens;
    same = false;
  }

  /**
   * Returns the rows after the cut, for the caller to close; none if they are the same.
   *
   * @param sizes how often each row counts in a mean
   */
  Optional<Torch.Value> apply(Torch torch, TowerLayers tower, Torch.Value rows, float[] sizes) {
    if (same) {
      return Optional.empty();
    }
    int[] from = sources.build().toArray();
    int[] to = places.build().toArray();
    if (means) {
      try (Torch.Value weights = tower.sizes(sizes)) {
        return Optional.of(torch.call("tower_means", rows, from, to, weights, behind));
      }
    }
    int[] kept = new int[behind];
    for (int i = 0; i < to.length; i++) {
      kept[to[i]] = from[i];
    }
    return Optional.of(torch.call("gather", rows, kept));
  }
}
