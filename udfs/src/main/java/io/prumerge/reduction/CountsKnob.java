package io.prumerge.reduction;

import java.util.List;

/** A list of counts, multiplied by a factor: the largest becomes 1 to that of the patches. */
public record CountsKnob(String key, List<Integer> counts) implements Knob {
  @Override
  public boolean multiplies() {
    return true;
  }

  @Override
  public int settings(int patches, int layers) {
    return patches;
  }

  @Override
  public String value(int setting, int patches, int layers) {
    int largest = Math.max(1, counts.stream().mapToInt(Integer::intValue).max().orElse(1));
    double factor = setting / (double) largest;
    return Parameters.spelt(counts.stream().map(count -> (int) (count * factor)).toList());
  }
}
