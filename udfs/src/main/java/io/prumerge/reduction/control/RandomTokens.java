package io.prumerge.reduction.control;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * {@code random}: n patches drawn uniformly without replacement, in raster order.
 *
 * <p>The draw depends only on {@code seed} and the image's SHA-256, on every platform. Patch j gets
 * the j-th output of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014) started at the hash's first 8 bytes, big-endian, XOR seed. The n patches with
 * the smallest outputs, as unsigned numbers, are kept, so a larger n keeps the same patches and
 * more.
 */
final class RandomTokens extends SamplingReducer {
  private static final String SEED = "seed";
  private static final long DEFAULT_SEED = 0;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final TokenBudget budget;
  private final long seed;

  private RandomTokens(Parameters parameters) {
    this(parameters.method(), TokenBudget.of(parameters), parameters.number(SEED, DEFAULT_SEED));
  }

  private RandomTokens(String name, TokenBudget budget, long seed) {
    super(name, canonical(budget, seed));
    this.budget = budget;
    this.seed = seed;
  }

  private static Map<String, String> canonical(TokenBudget budget, long seed) {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put(TokenBudget.KEY, budget.value());
    if (seed != 0) {
      parameters.put(SEED, Long.toString(seed));
    }
    return parameters;
  }

  @Override
  int[] kept(PatchTokens patches) {
    long start = ByteBuffer.wrap(patches.imageSha256()).getLong() ^ seed;
    return IntStream.range(0, patches.count())
        .boxed()
        .sorted(
            Comparator.comparing((Integer patch) -> splitMix64(start, patch), Long::compareUnsigned)
                .thenComparing(Comparator.naturalOrder()))
        .limit(budget.tokens(patches))
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** Output number {@code index}, from 0, of the SplitMix64 stream that starts at {@code start}. */
  static long splitMix64(long start, int index) {
    long z = start + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "random";
    }

    @Override
    public List<String> keys() {
      return List.of(SEED, TokenBudget.KEY);
    }

    @Override
    public About about() {
      return About.CONTROL.example("tokens=64").with(SEED, DEFAULT_SEED);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new RandomTokens(parameters);
    }
  }
}
