package io.prumerge.training;

/**
 * Draws lora_A as peft begins it ({@code tuners/lora/layer.py}, reset_lora_parameters): {@code
 * kaiming_uniform_} with a = sqrt(5), which is uniform between -1 and 1 over the root of the
 * columns. The generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), so that a seed means
 * the same values on every machine and in every version of libtorch.
 */
final class UniformStart {

  /** 2^64 divided by the golden ratio. */
  static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  UniformStart(long seed) {
    this.state = seed;
  }

  /**
   * Draws the next matrix.
   *
   * @param columns what each of its results is summed over
   */
  float[] matrix(int count, long columns) {
    double bound = 1 / Math.sqrt(columns);
    float[] drawn = new float[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = (float) ((2 * unit() - 1) * bound);
    }
    return drawn;
  }

  // 24 bits: 0 to before 1.
  private double unit() {
    state += GOLDEN;
    return (mixed(state) >>> 40) * 0x1p-24;
  }

  /** Returns the number that SplitMix64 gives in a state. */
  static long mixed(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
