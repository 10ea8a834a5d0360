package io.prumerge.reduction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The patches of one image while a method takes them through the tower, layer by layer. For one
 * thread.
 */
public final class TowerPath {

  private static final int MEAN = -1;

  private final InTower method;
  private final InTower.Way way;
  private final int classTokens;
  private final int tokens;
  private final int shared;
  private final List<TowerTokens.Step> steps = new ArrayList<>();
  private int[] patches; // of each the patch that it is, or MEAN
  private final int[] place; // of each of the image's patches the place of what it is part of
  private float[] sizes; // of each the patches that it is the mean of

  /**
   * @param count the image's patches
   * @param classTokens rows before these: 1 where the tower has a class token
   * @param layers of the tower
   * @param tokens that are to be left
   * @throws ReductionException as {@link InTower#way}, and if the method looks at a class token
   *     that is not there
   */
  public TowerPath(InTower method, int count, int classTokens, int layers, int tokens) {
    if (classTokens == 0 && method.sees().stream().anyMatch(InTower.View::ofClassToken)) {
      throw ReductionException.noClassToken();
    }
    this.method = method;
    this.classTokens = classTokens;
    this.tokens = tokens;
    this.shared = method.shared(layers);
    this.way = method.way(count, layers, tokens);
    this.patches = IntStream.range(0, count).toArray();
    this.place = patches.clone();
    this.sizes = new float[count];
    Arrays.fill(sizes, 1);
  }

  /** Returns whether the method looks at the next layer. */
  public boolean looks() {
    return way.looks(steps.size(), patches.length);
  }

  /** Returns the patches that reach the next layer. */
  public int count() {
    return patches.length;
  }

  /** Returns the rows that reach it: these and the class token, where there is one. */
  public int positions() {
    return patches.length + classTokens;
  }

  /** Of each of the patches, how many patches it is the mean of. */
  public float[] sizes() {
    return sizes.clone();
  }

  /** Returns whether any of them is a mean. */
  public boolean merged() {
    return IntStream.of(patches).anyMatch(patch -> patch == MEAN);
  }

  /**
   * Goes through the next layer.
   *
   * @param seen what the layer shows, if the method {@link #looks}; otherwise nothing is read
   * @return what goes on
   * @throws ReductionException if the method fails, or gives anything that cannot be done
   */
  public PatchGroups pass(Map<InTower.View, float[]> seen) {
    int layer = steps.size();
    int before = positions();
    if (!looks()) {
      steps.add(new TowerTokens.Step(before, before, Set.of(), 0));
      return PatchGroups.all(patches.length);
    }
    PatchGroups groups = next(layer, seen);
    int[] members = groups.members();
    int summed = IntStream.of(members).filter(count -> count > 1).sum();
    boolean early = method.place() == InTower.Place.BEFORE_MLP;
    int mlp = early ? groups.count() + classTokens : before;
    steps.add(new TowerTokens.Step(before, mlp, method.sees(), summed));
    follow(groups, members);
    return groups;
  }

  private PatchGroups next(int layer, Map<InTower.View, float[]> seen) {
    seen.forEach((view, values) -> check(layer, view, values));
    try {
      PatchGroups groups = way.next(layer, patches.length, seen);
      groups.check(patches.length);
      boolean last =
          layer == shared - 1 && method.place() == InTower.Place.BEHIND_LAYER || layer >= shared;
      if (!last && !groups.keepsAll()) {
        throw new ReductionException("the layer is one that it shares with other methods");
      }
      return groups;
    } catch (ReductionException e) {
      throw failed(layer, e.getMessage(), e);
    } catch (RuntimeException | LinkageError e) {
      throw failed(layer, "the method failed with " + e, e);
    }
  }

  private static void check(int layer, InTower.View view, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        String why =
            String.format(
                Locale.ROOT,
                "%s %d is %s; check the checkpoint's vision tower, or run it in fp32",
                view,
                i,
                values[i]);
        throw failed(layer, why, null);
      }
    }
  }

  private static ReductionException failed(int layer, String why, Throwable cause) {
    ReductionException failure =
        new ReductionException(
            String.format(
                Locale.ROOT, "Cannot cut in layer %d of the vision tower: %s", layer + 1, why));
    failure.initCause(cause);
    return failure;
  }

  private void follow(PatchGroups groups, int[] members) {
    int[] next = new int[groups.count()];
    float[] sums = new float[groups.count()];
    for (int i = 0; i < patches.length; i++) {
      int group = groups.place()[i];
      if (group != PatchGroups.DROPPED) {
        next[group] = members[group] == 1 ? patches[i] : MEAN;
        sums[group] += sizes[i];
      }
    }
    for (int patch = 0; patch < place.length; patch++) {
      place[patch] =
          place[patch] == PatchGroups.DROPPED ? PatchGroups.DROPPED : groups.place()[place[patch]];
    }
    patches = next;
    sizes = sums;
  }

  /**
   * Returns the patches that are left as they are, in their order.
   *
   * @throws ReductionException if the method left another number of tokens than it was to leave
   */
  public int[] kept() {
    if (patches.length != tokens) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "the method was to leave %d tokens in the vision tower, but left %d",
              tokens,
              patches.length));
    }
    return IntStream.of(patches).filter(patch -> patch != MEAN).toArray();
  }

  /** Returns what is left as groups of the image's patches. */
  public PatchGroups groups() {
    return new PatchGroups(patches.length, place.clone());
  }

  /** Returns the positions in the layers that it went through. */
  public TowerTokens tokens() {
    return new TowerTokens(shared, steps);
  }
}
