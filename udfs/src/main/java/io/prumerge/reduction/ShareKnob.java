package io.prumerge.reduction;

/** A share of the patches: 1 / N, 2 / N, ... 1. */
public record ShareKnob(String key) implements Knob {
  @Override
  public int settings(int patches, int layers) {
    return patches;
  }

  @Override
  public String value(int setting, int patches, int layers) {
    return Parameters.plain(setting / (double) patches);
  }
}
