package io.prumerge.reduction;

import java.util.List;

/** A list of shares, multiplied by a factor up to 1: the largest becomes 1 / N, 2 / N, ... 1. */
public record SharesKnob(String key, List<Double> shares) implements Knob {
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
    double largest = shares.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double factor = setting / (patches * (largest > 0 ? largest : 1));
    return Parameters.spelt(shares.stream().map(share -> Math.min(1, share * factor)).toList());
  }
}
