package io.prumerge.reduction;

import java.util.List;

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

  /** A share of the patches: 1 / N, 2 / N, ... 1. */
  record Share(String key) implements Knob {
    @Override
    public int settings(int patches, int layers) {
      return patches;
    }

    @Override
    public String value(int setting, int patches, int layers) {
      return Parameters.plain(setting / (double) patches);
    }
  }

  /** The layer before which all visual tokens leave: 1 to the last. */
  record Layer(String key) implements Knob {
    @Override
    public int settings(int patches, int layers) {
      return layers - 1;
    }

    @Override
    public String value(int setting, int patches, int layers) {
      return Integer.toString(setting);
    }
  }

  /** A list of counts, multiplied by a factor: the largest becomes 1 to that of the patches. */
  record Counts(String key, List<Integer> counts) implements Knob {
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

  /** A list of shares, multiplied by a factor up to 1: the largest becomes 1 / N, 2 / N, ... 1. */
  record Shares(String key, List<Double> shares) implements Knob {
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
}
