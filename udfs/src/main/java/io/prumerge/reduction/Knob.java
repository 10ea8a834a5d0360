package io.prumerge.reduction;

/**
 * What of a method decides how much it keeps: one key, whose values are numbered from 1 on by
 * rising cost. A {@link Budget} chooses among them for each image.
 */
public interface Knob {

  /** Returns the key that a setting gives. */
  String key();

  /**
   * Returns the number of settings.
   *
   * @param patches of the image
   * @param layers of the decoder
   */
  int settings(int patches, int layers);

  /**
   * Returns the key's value.
   *
   * @param setting from 1 to {@link #settings}
   */
  String value(int setting, int patches, int layers);

  /**
   * Returns whether the key may be given with a budget: it then says what is multiplied, as a list
   * of counts does.
   */
  default boolean multiplies() {
    return false;
  }

  /** Returns this knob for an image, where what is multiplied depends on the model. */
  default Knob on(PatchTokens image) {
    return this;
  }

  /** The number of tokens itself: {@code tokens=1} to that of the patches. */
  Knob TOKENS =
      new Knob() {
        @Override
        public String key() {
          return TokenBudget.KEY;
        }

        @Override
        public int settings(int patches, int layers) {
          return patches;
        }

        @Override
        public String value(int setting, int patches, int layers) {
          return Integer.toString(setting);
        }
      };
}
