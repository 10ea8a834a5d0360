package io.prumerge.reduction.tower;

import java.util.ArrayList;
import java.util.List;

/**
 * One of PruneSID's groups after non-maximum suppression.
 *
 * @param ranked its patches: those that were picked in their order, then the others by attention
 * @param picks how many were picked
 */
record PruneSidGroup(List<Integer> ranked, int picks) {

  PruneSidGroup {
    ranked = List.copyOf(ranked);
  }

  /**
   * Picks the first member again and again, and drops those that are more similar to it than a
   * threshold.
   *
   * @param members by falling attention
   */
  static PruneSidGroup of(List<Integer> members, PairCosines cosines, double threshold) {
    List<Integer> picked = new ArrayList<>();
    List<Integer> left = new ArrayList<>(members);
    while (!left.isEmpty()) {
      int pick = left.remove(0);
      picked.add(pick);
      left.removeIf(other -> cosines.of(pick, other) > threshold);
    }
    int picks = picked.size();
    members.stream().filter(member -> !picked.contains(member)).toList().forEach(picked::add);
    return new PruneSidGroup(picked, picks);
  }

  int size() {
    return ranked.size();
  }
}
