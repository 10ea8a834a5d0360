package io.prumerge.video;

import java.util.stream.IntStream;

/**
 * Steps as {@code torch.arange(start, n, n / parts).int()} computes them: in double precision,
 * rounded to single, then down. Where n / (n / parts) is rounded up, one more step is made, which
 * is n. Above some 100,000 frames, torch's vectors may round a few steps otherwise.
 */
final class Arange {

  private Arange() {}

  static int[] of(double start, int n, int parts) {
    double step = n / (double) parts;
    int steps = (int) Math.ceil((n - start) / step);
    return IntStream.range(0, steps).map(i -> (int) (float) (start + step * i)).toArray();
  }
}
