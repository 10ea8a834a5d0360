package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code prunesid} (ZhengyaoFang/PruneSID 4ef17d9, {@code clip_encoder.py}): the class token, and
 * the best patches of groups by principal components. With T = {@code tokens}:
 *
 * <ol>
 *   <li>Groups: int(T / 4) principal components of the features; a patch belongs to the one with
 *       its largest absolute loading.
 *   <li>In each group, non-maximum suppression: the patch with the largest CLS attention in the
 *       last layer of the features is picked, and patches that are more similar to it than a
 *       threshold leave, until none is left. The threshold is T / 32 of the mean cosine of all
 *       pairs.
 *   <li>Budgets by the number of picks ({@link Budgets}).
 *   <li>The class token, then group by group its picks in their order, then its other patches by
 *       attention, until the budget is spent.
 * </ol>
 *
 * <p>Of an image in tiles, each view keeps as many. In the authors' code ({@code
 * restore_image_features_sorted} of {@code llava_arch.py}) the n-th token of a tile takes the n-th
 * of the tile's kept places in raster order, wherever it is from; the tiles' places stand in the
 * raster order of the whole grid, their class tokens last ({@code tiles=all}). {@code tiles=each}
 * leaves each tile's tokens together.
 *
 * <p>Deviations: exact principal components, where the authors' {@code pca_lowrank} draws random
 * numbers, so that their choice differs from run to run (47 to 88 % of it is ours, and as little of
 * another run's). At least one component. The authors' {@code need_token_num} is of each view,
 * {@code tokens} of the whole image. Their sort is not stable on ties; ours is.
 */
final class PruneSid extends BudgetReducer {

  private static final int TOKENS_OF_A_GROUP = 4;
  private static final float THRESHOLD_TOKENS = 32;

  private final boolean together;

  private PruneSid(Parameters parameters) {
    super(
        parameters,
        Set.of(
            FasterVlm.ATTENTION, TowerEvidence.Cosines.OF_FEATURES, new TowerEvidence.Loadings()));
    this.together = !parameters.value(TilesKey.EACH);
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    int count = patches.count();
    float[] attention = attention(patches, FasterVlm.ATTENTION);
    PairCosines cosines = cosines(patches, TowerEvidence.Cosines.OF_FEATURES);
    float[] loadings =
        Ranking.finite(spec(), "the loading", patches.of(new TowerEvidence.Loadings()));
    int[] ranked = Ranking.top(attention, count);
    double threshold = tokens / THRESHOLD_TOKENS * mean(cosines);
    List<Group> groups = new ArrayList<>();
    int components = Math.min(count, Math.max(1, tokens / TOKENS_OF_A_GROUP));
    for (List<Integer> members : members(ranked, loadings, components)) {
      groups.add(Group.of(members, cosines, threshold));
    }
    int[] budgets = Budgets.of(groups, tokens);
    List<Blend> chosen = new ArrayList<>(List.of(Blend.copy(Blend.CLASS_TOKEN)));
    for (int group = 0; group < budgets.length; group++) {
      groups.get(group).ranked().stream()
          .limit(budgets[group])
          .map(Blend::copy)
          .forEach(chosen::add);
    }
    return patches.blend(Stage.BEFORE_CONNECTOR, chosen);
  }

  @Override
  public ImageReduction reduceImage(List<? extends PatchTokens> views) {
    ImageReduction each = super.reduceImage(views);
    return together ? each.in(views.get(0).tiles().map(tiles -> order(each, tiles, views))) : each;
  }

  // A tile's tokens take its kept places in raster order, whichever patches they are.
  private static RowOrder order(
      ImageReduction each, Tiles tiles, List<? extends PatchTokens> views) {
    record Placed(int row, int line, int column) {}
    int side = views.get(0).grid().cols();
    List<Placed> picks = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    int row = each.views().get(0).tokens();
    for (int tile = 0; tile < views.size() - 1; tile++) {
      Reduction left = each.views().get(1 + tile);
      int[] places = left.keptIndices().orElseThrow();
      Arrays.sort(places);
      classes.add(row++);
      for (int place : places) {
        int line = tile / tiles.columns() * side + place / side;
        picks.add(new Placed(row++, line, tile % tiles.columns() * side + place % side));
      }
    }
    picks.sort(Comparator.comparingInt(Placed::line).thenComparingInt(Placed::column));
    IntStream whole = IntStream.range(0, each.views().get(0).tokens());
    IntStream tokens =
        IntStream.concat(
            picks.stream().mapToInt(Placed::row), classes.stream().mapToInt(Integer::intValue));
    return new RowOrder(IntStream.concat(whole, tokens).toArray(), new int[0]);
  }

  // Each group's patches by falling attention.
  private static List<List<Integer>> members(int[] ranked, float[] loadings, int components) {
    List<List<Integer>> members = new ArrayList<>();
    for (int group = 0; group < components; group++) {
      members.add(new ArrayList<>());
    }
    for (int patch : ranked) {
      int row = patch * ranked.length;
      int best = 0;
      for (int component = 1; component < components; component++) {
        if (loadings[row + component] > loadings[row + best]) {
          best = component;
        }
      }
      members.get(best).add(patch);
    }
    return members;
  }

  private static double mean(PairCosines cosines) {
    double sum = 0;
    for (int one = 0; one < cosines.count(); one++) {
      for (int other = one + 1; other < cosines.count(); other++) {
        sum += cosines.of(one, other);
      }
    }
    return sum / Math.max(1, (long) cosines.count() * (cosines.count() - 1) / 2);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "prunesid",
          About.of("", "ZhengyaoFang/PruneSID").servable(Servable.no("ranks by class attention")),
          PruneSid::new,
          TilesKey.EACH,
          TokenBudget.NEEDED);
    }
  }

  /**
   * How PruneSID splits T tokens, less the class token, over its groups. Each group that has
   * patches gets one. The others follow the shares of the picks: the running sum of the shares,
   * times their number, is rounded (half to even), and a group gets what it adds to it. A group's
   * most is 5 ceil(T / 64), its patches and its picks; these bounds rise one by one, up to the
   * groups' patches, until they add up to T. What a bound cuts off fills up the groups with the
   * most picks.
   */
  private static final class Budgets {

    private static final int MOST_PER_BLOCK = 5;
    private static final int BLOCK = 64;

    private Budgets() {}

    /** Returns the patches of each group; together T - 1, or as many as there are. */
    static int[] of(List<Group> groups, int tokens) {
      if (tokens == 1) {
        return new int[groups.size()];
      }
      int[] most = mostOfGroups(groups, tokens);
      int[] least = groups.stream().mapToInt(group -> Math.min(1, group.size())).toArray();
      int others = tokens - 1 - IntStream.of(least).sum();
      float picks = groups.stream().mapToInt(Group::picks).sum();
      int[] budgets = new int[groups.size()];
      // Ties at one half are decided by rounding: as torch does on a CPU, float32 numbers whose
      // running sum is kept in double precision.
      double share = 0;
      int before = 0;
      for (int group = 0; group < budgets.length; group++) {
        share += groups.get(group).picks() / picks;
        int upTo = (int) Math.rint((float) share * others);
        budgets[group] = Math.min(upTo - before + least[group], most[group]);
        before = upTo;
      }
      int missing = tokens - 1 - IntStream.of(budgets).sum();
      for (int group : byPicks(groups)) {
        int more = Math.max(0, Math.min(missing, most[group] - budgets[group]));
        budgets[group] += more;
        missing -= more;
      }
      return budgets;
    }

    private static int[] mostOfGroups(List<Group> groups, int tokens) {
      int bound = MOST_PER_BLOCK * ((tokens + BLOCK - 1) / BLOCK);
      int[] most =
          groups.stream()
              .mapToInt(group -> Math.min(bound, Math.min(group.size(), group.picks())))
              .toArray();
      int patches = groups.stream().mapToInt(Group::size).sum();
      while (IntStream.of(most).sum() < Math.min(tokens, patches)) {
        for (int group = 0; group < most.length; group++) {
          most[group] = Math.min(most[group] + 1, groups.get(group).size());
        }
      }
      return most;
    }

    private static int[] byPicks(List<Group> groups) {
      return IntStream.range(0, groups.size())
          .boxed()
          .sorted(
              Comparator.comparing((Integer group) -> -groups.get(group).picks())
                  .thenComparing(Comparator.naturalOrder()))
          .mapToInt(Integer::intValue)
          .toArray();
    }
  }

  /**
   * One of PruneSID's groups after non-maximum suppression.
   *
   * @param ranked its patches: those that were picked in their order, then the others by attention
   * @param picks how many were picked
   */
  private record Group(List<Integer> ranked, int picks) {

    Group {
      ranked = List.copyOf(ranked);
    }

    /**
     * Picks the first member again and again, and drops those that are more similar to it than a
     * threshold.
     *
     * @param members by falling attention
     */
    static Group of(List<Integer> members, PairCosines cosines, double threshold) {
      List<Integer> picked = new ArrayList<>();
      List<Integer> left = new ArrayList<>(members);
      while (!left.isEmpty()) {
        int pick = left.remove(0);
        picked.add(pick);
        left.removeIf(other -> cosines.of(pick, other) > threshold);
      }
      int picks = picked.size();
      members.stream().filter(member -> !picked.contains(member)).toList().forEach(picked::add);
      return new Group(picked, picks);
    }

    int size() {
      return ranked.size();
    }
  }
}
