package io.prumerge.load.generate;

import io.prumerge.load.generate.QueueServer.Cost;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Questions whose costs are drawn independently: pictures of 144 or 576 visual tokens, answers of 1
 * to 20 tokens, each equally likely.
 */
public final class DrawnCosts {

  public static final ServiceTime TIME = new ServiceTime(20, 0.1, 5);

  private static final int[] VISUAL = {144, 576};
  private static final int ANSWER = 20;

  private DrawnCosts() {}

  public static List<Cost> of(int questions, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, questions)
        .mapToObj(i -> new Cost(VISUAL[random.nextInt(VISUAL.length)], 1 + random.nextInt(ANSWER)))
        .toList();
  }

  /** Returns E[S] in milliseconds. */
  public static double mean() {
    return expected(millis -> millis);
  }

  /** Returns E[S^2]. */
  public static double meanSquare() {
    return expected(millis -> millis * millis);
  }

  private static double expected(DoubleUnaryOperator value) {
    double sum = 0;
    for (int visual : VISUAL) {
      for (int answer = 1; answer <= ANSWER; answer++) {
        sum += value.applyAsDouble(TIME.until(visual, answer));
      }
    }
    return sum / (VISUAL.length * ANSWER);
  }
}
