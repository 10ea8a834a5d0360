package io.prumerge.reduction.tower;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How PruneSID splits T tokens, less the class token, over its groups. Each group that has patches
 * gets one. The others go by the shares of the picks: the running sum of the shares, times their
 * number, is rounded (half to even), and a group gets what it adds to it. A group's most is 5
 * ceil(T / 64), its patches and its picks; these bounds rise one by one, up to the groups' patches,
 * until they add up to T. What a bound cuts off fills up the groups with the most picks.
 */
final class PruneSidBudgets {

  private static final int MOST_PER_BLOCK = 5;
  private static final int BLOCK = 64;

  private PruneSidBudgets() {}

  /** Returns the patches of each group; together T - 1, or as many as there are. */
  static int[] of(List<PruneSidGroup> groups, int tokens) {
    if (tokens == 1) {
      return new int[groups.size()];
    }
    int[] most = most(groups, tokens);
    int[] least = groups.stream().mapToInt(group -> Math.min(1, group.size())).toArray();
    int others = tokens - 1 - IntStream.of(least).sum();
    float picks = groups.stream().mapToInt(PruneSidGroup::picks).sum();
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

  private static int[] most(List<PruneSidGroup> groups, int tokens) {
    int bound = MOST_PER_BLOCK * ((tokens + BLOCK - 1) / BLOCK);
    int[] most =
        groups.stream()
            .mapToInt(group -> Math.min(bound, Math.min(group.size(), group.picks())))
            .toArray();
    int patches = groups.stream().mapToInt(PruneSidGroup::size).sum();
    while (IntStream.of(most).sum() < Math.min(tokens, patches)) {
      for (int group = 0; group < most.length; group++) {
        most[group] = Math.min(most[group] + 1, groups.get(group).size());
      }
    }
    return most;
  }

  private static int[] byPicks(List<PruneSidGroup> groups) {
    return IntStream.range(0, groups.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer group) -> -groups.get(group).picks())
                .thenComparing(Comparator.naturalOrder()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
