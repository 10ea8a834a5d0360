package io.prumerge.reduction.run;

import io.prumerge.lang.Text;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ReductionPlace;
import io.prumerge.reduction.TowerPass;
import io.prumerge.reduction.TowerStep;
import io.prumerge.reduction.TowerTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The patches of one image while a method takes them through the tower, layer by layer. For one
 * thread.
 */
public final class TowerPath {

  private final InTower method;
  private final TowerPass way;
  private final int classTokens;
  private final int tokens;
  private final int shared;
  private final List<TowerStep> steps = new ArrayList<>();
  private List<int[]> patches; // of each the image's patches that it is the mean of, rising

  /**
   * @param count the image's patches
   * @param classTokens rows before these: 1 where the tower has a class token
   * @param layers of the tower
   * @param tokens that are to be left
   * @throws ReductionException as {@link InTower#way}, and if the method looks at a class token
   *     that is not there
   */
  public TowerPath(InTower method, int count, int classTokens, int layers, int tokens) {
    if (classTokens == 0 && method.sees().stream().anyMatch(LayerView::ofClassToken)) {
      throw ReductionException.noClassToken();
    }
    this.method = method;
    this.classTokens = classTokens;
    this.tokens = tokens;
    this.shared = method.shared(layers);
    this.way = method.way(count, layers, tokens);
    this.patches = IntStream.range(0, count).mapToObj(patch -> new int[] {patch}).toList();
  }

  /** Returns whether the method looks at the next layer. */
  public boolean looks() {
    return way.looks(steps.size(), patches.size());
  }

  /** Returns the patches that reach the next layer. */
  public int count() {
    return patches.size();
  }

  /** Returns the rows that reach it: these and the class token, where there is one. */
  public int positions() {
    return patches.size() + classTokens;
  }

  /** Returns for each of the patches how many patches it is the mean of. */
  public float[] sizes() {
    float[] sizes = new float[patches.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = patches.get(i).length;
    }
    return sizes;
  }

  /** Returns whether any of them is a mean. */
  public boolean merged() {
    return patches.stream().anyMatch(each -> each.length > 1);
  }

  /**
   * Returns how many patches may go on after the next layer at most, as {@link TowerPass#most}.
   *
   * @param seen as of {@link #pass}
   * @throws ReductionException if the method fails
   */
  public int mostTokens(Map<LayerView, float[]> seen) {
    if (!looks()) {
      return patches.size();
    }
    int layer = steps.size();
    check(layer, seen);
    return guarded(layer, () -> way.most(layer, patches.size(), seen));
  }

  /**
   * Goes through the next layer.
   *
   * @param most how many patches may go on; at most {@link #mostTokens}
   * @param seen what the layer shows, if the method {@link #looks}; otherwise nothing is read
   * @return what goes on
   * @throws ReductionException if the method fails, or gives anything that cannot be done
   */
  public PatchGroups pass(int most, Map<LayerView, float[]> seen) {
    int layer = steps.size();
    int before = positions();
    if (!looks()) {
      steps.add(new TowerStep(before, before, Set.of(), 0));
      return PatchGroups.all(patches.size());
    }
    check(layer, seen);
    PatchGroups groups = guarded(layer, () -> next(layer, most, seen));
    int[] members = groups.members();
    int summed = IntStream.of(members).filter(count -> count > 1).sum();
    boolean early = method.place() == ReductionPlace.BEFORE_MLP;
    int mlp = early ? groups.count() + classTokens : before;
    steps.add(new TowerStep(before, mlp, method.sees(), summed));
    follow(groups);
    return groups;
  }

  private PatchGroups next(int layer, int most, Map<LayerView, float[]> seen) {
    PatchGroups groups = way.next(layer, patches.size(), most, seen);
    groups.check(patches.size());
    boolean last =
        layer == shared - 1 && method.place() == ReductionPlace.AFTER_LAYER || layer >= shared;
    if (!last && !groups.keepsAll()) {
      throw new ReductionException("the layer is one that it shares with other methods");
    }
    return groups;
  }

  private static <T> T guarded(int layer, Supplier<T> step) {
    try {
      return step.get();
    } catch (ReductionException e) {
      throw failed(layer, e.getMessage(), e);
    } catch (RuntimeException | LinkageError e) {
      throw failed(layer, "the method failed with " + e, e);
    }
  }

  private static void check(int layer, Map<LayerView, float[]> seen) {
    seen.forEach((view, values) -> check(layer, view, values));
  }

  private static void check(int layer, LayerView view, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        String why =
            Text.format(
                "%s %d is %s; check the checkpoint's vision tower, or run it in fp32",
                view, i, values[i]);
        throw failed(layer, why, null);
      }
    }
  }

  private static ReductionException failed(int layer, String why, Throwable cause) {
    ReductionException failure =
        new ReductionException(
            Text.format("Cannot cut in layer %d of the vision tower: %s", layer + 1, why));
    failure.initCause(cause);
    return failure;
  }

  private void follow(PatchGroups groups) {
    List<IntStream.Builder> next =
        Stream.generate(IntStream::builder).limit(groups.count()).toList();
    for (int i = 0; i < patches.size(); i++) {
      int group = groups.place()[i];
      if (group != PatchGroups.DROPPED) {
        IntStream.of(patches.get(i)).forEach(next.get(group)::add);
      }
    }
    patches = next.stream().map(each -> each.build().sorted().toArray()).toList();
  }

  /**
   * Returns of each token that is left the image's patches that it is the mean of, rising.
   *
   * @throws ReductionException if the method left another number of tokens than it was to leave
   */
  public List<int[]> mergedPatches() {
    if (patches.size() != tokens) {
      throw new ReductionException(
          Text.format(
              "the method was to leave %d tokens in the vision tower, but left %d",
              tokens, patches.size()));
    }
    return patches;
  }

  /** Returns the patches of the {@link #mergedPatches} tokens that are one patch each, in order. */
  public int[] unmergedPatches() {
    return singlePatches(mergedPatches());
  }

  /** Returns the patches of the tokens that are one patch each; the others are means of several. */
  public static int[] singlePatches(List<int[]> tokens) {
    return tokens.stream().filter(each -> each.length == 1).mapToInt(each -> each[0]).toArray();
  }

  /** Returns the positions in the layers that it went through. */
  public TowerTokens tokens() {
    return new TowerTokens(shared, steps);
  }
}
