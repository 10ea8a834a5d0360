package io.prumerge.model;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.SeenTokens;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Cuts by every kind of evidence. */
final class TestCuts {

  private TestCuts() {}

  /** The same tokens for everybody, whatever is asked for beside them. */
  record Fixed(int layer, List<Integer> kept, List<Evidence> sees) implements LayerCut {
    @Override
    public Positions positions() {
      return Positions.KEPT;
    }

    @Override
    public int count(int tokens) {
      return kept.size();
    }

    @Override
    public int[] keep(SeenTokens seen) {
      return kept.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** A share of the tokens, those with the largest score by the evidence. */
  record Ranked(int layer, double share, Positions positions, List<Evidence> sees)
      implements LayerCut {
    @Override
    public int count(int tokens) {
      return (int) (tokens * share);
    }

    @Override
    public int[] keep(SeenTokens seen) {
      return top(
          seen, token -> sees.stream().mapToDouble(one -> norm(seen.of(one), seen, token)).sum());
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
}
