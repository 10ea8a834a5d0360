package io.prumerge.text;

/**
 * Python's {@code random} after {@code random.seed(seed)}: the Mersenne Twister MT19937 of
 * Matsumoto and Nishimura (1998), seeded and drawn from as CPython does (Modules/_randommodule.c,
 * Lib/random.py). Not thread-safe.
 */
public final class PythonRandom {

  private static final int WORDS = 624;
  private static final int DISTANCE = 397;
  private static final int TWIST = 0x9908b0df;
  private static final int HIGHEST_BIT = 0x80000000;
  private static final int OTHER_BITS = 0x7fffffff;

  private static final int FIRST_SEED = 19650218;
  private static final int STEP = 1812433253;
  private static final int STEP_WITH_KEY = 1664525;
  private static final int STEP_AFTER_KEY = 1566083941;

  private static final int TEMPER_B = 0x9d2c5680;
  private static final int TEMPER_C = 0xefc60000;

  private final int[] state = new int[WORDS];
  private int next = WORDS;

  /** Returns the generator as a seed leaves it; Python takes the seed without its sign. */
  public PythonRandom(long seed) {
    long size = Math.abs(seed); // the smallest long stays itself, with the bits of its size
    int high = (int) (size >>> Integer.SIZE);
    fill(high == 0 ? new int[] {(int) size} : new int[] {(int) size, high});
  }

  /**
   * Returns the place of what {@code random.choice} takes of {@code n} things.
   *
   * @param n at least 1
   */
  public int choice(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("There is no choice of " + n);
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
    int drawn;
    do {
      drawn = word() >>> Integer.SIZE - bits;
    } while (drawn >= n);
    return drawn;
  }

  /** Fills the state from a key: {@code init_by_array}. */
  private void fill(int[] key) {
    state[0] = FIRST_SEED;
    for (int i = 1; i < WORDS; i++) {
      state[i] = STEP * mixed(i) + i;
    }
    int at = 1;
    for (int k = 0; k < WORDS; k++) {
      int part = k % key.length;
      state[at] = (state[at] ^ mixed(at) * STEP_WITH_KEY) + key[part] + part;
      at = following(at);
    }
    for (int k = 1; k < WORDS; k++) {
      state[at] = (state[at] ^ mixed(at) * STEP_AFTER_KEY) - at;
      at = following(at);
    }
    state[0] = HIGHEST_BIT;
  }

  /** Returns the word before another, its highest bits mixed into its lowest ones. */
  private int mixed(int at) {
    return state[at - 1] ^ state[at - 1] >>> 30;
  }

  /** Returns the place after another; after the last one it is the second, and the first is set. */
  private int following(int at) {
    if (at + 1 < WORDS) {
      return at + 1;
    }
    state[0] = state[WORDS - 1];
    return 1;
  }

  private int word() {
    if (next == WORDS) {
      twist();
      next = 0;
    }
    int word = state[next++];
    word ^= word >>> 11;
    word ^= word << 7 & TEMPER_B;
    word ^= word << 15 & TEMPER_C;
    return word ^ word >>> 18;
  }

  private void twist() {
    for (int i = 0; i < WORDS; i++) {
      int pair = state[i] & HIGHEST_BIT | state[(i + 1) % WORDS] & OTHER_BITS;
      int twisted = pair >>> 1 ^ ((pair & 1) == 0 ? 0 : TWIST);
      state[i] = state[(i + DISTANCE) % WORDS] ^ twisted;
    }
  }
}
