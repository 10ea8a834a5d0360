package io.prumerge.reduction;

import io.prumerge.lang.Text;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The patches that go on after a cut inside the tower, one for each group of those before it: the
 * mean of the group, in which each of them counts as often as it has patches already.
 *
 * @param count groups, in the order in which they go on
 * @param place of each patch before the cut, the place of its group; {@link #DROPPED} for none
 */
public record PatchGroups(int count, int[] place) {

  /** The place of a patch that ends here. */
  public static final int DROPPED = -1;

  /** Returns a group of its own for each of {@code before} patches. */
  public static PatchGroups all(int before) {
    return new PatchGroups(before, IntStream.range(0, before).toArray());
  }

  /** Returns a group of its own for each kept patch, in this order; the others are dropped. */
  public static PatchGroups of(int before, int[] indices) {
    int[] place = new int[before];
    Arrays.fill(place, DROPPED);
    for (int i = 0; i < indices.length; i++) {
      place[indices[i]] = i;
    }
    return new PatchGroups(indices.length, place);
  }

  /** Returns the patches in each group. */
  public int[] members() {
    int[] members = new int[count];
    for (int group : place) {
      if (group != DROPPED) {
        members[group]++;
      }
    }
    return members;
  }

  /** Returns whether nothing happens. */
  public boolean keepsAll() {
    return count == place.length
        && IntStream.range(0, place.length).allMatch(patch -> place[patch] == patch);
  }

  /**
   * Checks it.
   *
   * @param before patches before the cut
   * @throws ReductionException unless it says of each of them where it goes, and no group is empty
   */
  public void check(int before) {
    boolean fine =
        place.length == before
            && IntStream.of(place).allMatch(group -> group >= DROPPED && group < count)
            && IntStream.of(members()).allMatch(members -> members > 0);
    if (!fine) {
      throw new ReductionException(
          Text.format(
              "the method must put %d patches into %d groups, none of them empty, but gave %s",
              before, count, Arrays.toString(place)));
    }
  }
}
