package io.prumerge.reduction;

/** The layer before which all visual tokens leave: 1 to the last. */
public record LayerKnob(String key) implements Knob {
  @Override
  public int settings(int patches, int layers) {
    return layers - 1;
  }

  @Override
  public String value(int setting, int patches, int layers) {
    return Integer.toString(setting);
  }
}
