package io.prumerge.model.pruning;

import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.SeenTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Cuts by every kind of evidence. */
public final class TestCuts {

  private TestCuts() {}

  /** The same tokens for everybody, whatever is asked for with them. */
  public record Fixed(int layer, List<Integer> kept, List<Evidence> sees) implements LayerCut {
    @Override
    public CutPositions positions() {
      return CutPositions.KEPT;
    }

    @Override
    public int count(int tokens) {
      return kept.size();
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(kept.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /** A share of the tokens, those with the largest score by the evidence. */
  public record Ranked(int layer, double share, CutPositions positions, List<Evidence> sees)
      implements LayerCut {
    @Override
    public int count(int tokens) {
      return (int) (tokens * share);
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(
          top(
              seen,
              token -> sees.stream().mapToDouble(one -> norm(seen.of(one), seen, token)).sum()));
    }

    private int[] top(SeenTokens seen, ToDoubleFunction<Integer> score) {
      return IntStream.range(0, seen.count())
          .boxed()
          .sorted(Comparator.comparing(token -> -score.applyAsDouble(token)))
          .limit(count(seen.count()))
          .mapToInt(Integer::intValue)
          .sorted()
          .toArray();
    }

    private static double norm(float[] values, SeenTokens seen, int token) {
      int width = values.length / seen.count();
      double sum = 0;
      for (int i = token * width; i < (token + 1) * width; i++) {
        sum += Math.abs(values[i]);
      }
      return sum;
    }
  }

  /** The same tokens as another cut, and each of the others in the mean of its neighbours. */
  public record Halved(int layer, CutPositions positions, List<Evidence> sees) implements LayerCut {
    @Override
    public int count(int tokens) {
      return tokens - tokens / 3;
    }

    @Override
    public long flops(int tokens, int width) {
      return 2L * width * tokens * (tokens / 3);
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      int tokens = seen.count();
      int sums = tokens / 3;
      float[] share = new float[sums * tokens];
      for (int sum = 0; sum < sums; sum++) {
        share[sum * tokens + sum] = 0.25f;
        share[sum * tokens + tokens - 1 - sum] = 0.75f;
      }
      int[] kept = new int[count(tokens)];
      for (int row = 0; row < kept.length; row++) {
        kept[row] = row < kept.length - sums ? sums + row : row - (kept.length - sums);
      }
      return new KeptTokens(kept, share);
    }
  }

  /** Seven of at most half the tokens, each as its own sum; they count for 1, 2, ... 7. */
  public record Few(int layer, CutPositions positions, List<Evidence> sees) implements LayerCut {
    private static final int KEPT = 7;

    @Override
    public int count(int tokens) {
      return tokens / 2;
    }

    @Override
    public boolean adaptive() {
      return true;
    }

    @Override
    public long flops(int tokens, int kept, int width) {
      return 2L * width * tokens * kept;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      float[] share = new float[KEPT * seen.count()];
      for (int row = 0; row < KEPT; row++) {
        share[row * seen.count() + row] = 1;
      }
      return new KeptTokens(
          IntStream.range(0, KEPT).toArray(), share, IntStream.rangeClosed(1, KEPT).toArray());
    }
  }

  /** What another cut kept, whatever is asked. */
  public record Forced(int layer, CutPositions positions, KeptTokens kept, boolean dropsEarlierRows)
      implements LayerCut {
    public Forced(LayerCut cut, KeptTokens kept) {
      this(cut.layer(), cut.positions(), kept, cut.dropsEarlierRows());
    }

    @Override
    public List<Evidence> sees() {
      return List.of();
    }

    @Override
    public int count(int tokens) {
      return kept.tokens().length;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return kept;
    }
  }

  /** What another cut says, but for what is overridden. */
  private interface Forwarded extends LayerCut {
    LayerCut cut();

    @Override
    default int layer() {
      return cut().layer();
    }

    @Override
    default CutPositions positions() {
      return cut().positions();
    }

    @Override
    default List<Evidence> sees() {
      return cut().sees();
    }

    @Override
    default int count(int tokens) {
      return cut().count(tokens);
    }

    @Override
    default long flops(int tokens, int width) {
      return cut().flops(tokens, width);
    }

    @Override
    default long flops(int tokens, int count, int width) {
      return cut().flops(tokens, count, width);
    }

    @Override
    default boolean adaptive() {
      return cut().adaptive();
    }

    @Override
    default boolean dropsEarlierRows() {
      return cut().dropsEarlierRows();
    }

    @Override
    default Optional<DeviceRule> onDevice(int tokens) {
      return cut().onDevice(tokens);
    }

    @Override
    default KeptTokens keep(SeenTokens seen) {
      return cut().keep(seen);
    }
  }

  /** Another cut, which drops rows of earlier layers, too. */
  public record Emptying(LayerCut cut) implements Forwarded {
    @Override
    public boolean dropsEarlierRows() {
      return true;
    }
  }

  /** Another cut, which remembers what it kept; not equal to any other. */
  public static final class Recorded implements Forwarded {
    final LayerCut cut;
    public final List<KeptTokens> kept = new ArrayList<>();

    public Recorded(LayerCut cut) {
      this.cut = cut;
    }

    @Override
    public LayerCut cut() {
      return cut;
    }

    @Override
    public synchronized KeptTokens keep(SeenTokens seen) {
      kept.add(cut.keep(seen));
      return kept.get(kept.size() - 1);
    }
  }
}
