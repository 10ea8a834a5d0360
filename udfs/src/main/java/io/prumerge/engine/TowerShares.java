package io.prumerge.engine;

import io.prumerge.cost.Share;
import io.prumerge.cost.TowerCost;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Splits the tower's run for all methods together: each layer among the answers whose methods need
 * it, and the embedding of the patches among all that see the whole image.
 */
final class TowerShares {

  private final long[] flops;

  /**
   * @param branches one for each answer
   * @param layers that ran
   */
  TowerShares(TowerCost cost, List<Branch> branches, int layers) {
    flops = new long[branches.size()];
    long booked = 0;
    int[] ends =
        IntStream.concat(
                branches.stream()
                    .mapToInt(Branch::towerLayers)
                    .filter(end -> end >= 0 && end < layers),
                IntStream.of(layers))
            .sorted()
            .distinct()
            .toArray();
    for (int end : ends) {
      long run = Math.multiplyExact(views(branches), cost.layers(end)) - booked;
      int[] sharers = needing(branches, end);
      for (int i = 0; i < sharers.length; i++) {
        flops[sharers[i]] += new Share(i, sharers.length).part(run);
      }
      booked += run;
    }
  }

  // All methods see the same views of an image.
  private static int views(List<Branch> branches) {
    return branches.stream()
        .filter(Branch::visual)
        .mapToInt(branch -> branch.work().views().size())
        .max()
        .orElse(1);
  }

  private int[] all() {
    return IntStream.range(0, flops.length).toArray();
  }

  // What ran for methods that failed is paid by the others.
  private int[] needing(List<Branch> branches, int layers) {
    int[] needing =
        IntStream.of(all()).filter(i -> branches.get(i).towerLayers() >= layers).toArray();
    return needing.length == 0 ? all() : needing;
  }

  /** FLOPs of one answer's share. */
  long flops(int answer) {
    return flops[answer];
  }

  /** The same as a part of the whole, 0 to 1. */
  double part(int answer) {
    long whole = LongStream.of(flops).sum();
    return whole == 0 ? 0 : flops[answer] / (double) whole;
  }
}
