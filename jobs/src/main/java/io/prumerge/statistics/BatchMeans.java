package io.prumerge.statistics;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * The mean of observations that depend on those just before, as times and rates of a loaded server
 * do: by the means of a few long blocks, which hardly depend on each other (batch means: Schmeiser,
 * "Batch size effects in the analysis of simulation output", 1982, who advises 10 to 30 blocks;
 * Law, "Simulation modeling and analysis", 2015, section 9.5.3).
 *
 * @param error standard error
 * @param blocks that it comes from, at least 2
 */
public record BatchMeans(double value, double error, long blocks) {

  /** The number of blocks that one series of observations is cut into. */
  public static final int BLOCKS = 10;

  /** Returns the mean of blocks that are equally long. */
  public static BatchMeans of(double[] blocks) {
    double mean = DoubleStream.of(blocks).sum() / blocks.length;
    double squares = DoubleStream.of(blocks).map(block -> Math.pow(block - mean, 2)).sum();
    return new BatchMeans(
        mean, Math.sqrt(squares / (blocks.length - 1) / blocks.length), blocks.length);
  }

  /**
   * Returns the mean of one series by {@value #BLOCKS} blocks of consecutive observations, as
   * equally long as can be.
   *
   * @param fewest observations of a block
   * @return empty if there are fewer
   */
  public static Optional<BatchMeans> of(double[] series, int fewest) {
    if (series.length < BLOCKS * fewest) {
      return Optional.empty();
    }
    double[] blocks = new double[BLOCKS];
    for (int block = 0; block < BLOCKS; block++) {
      int from = (int) ((long) series.length * block / BLOCKS);
      int to = (int) ((long) series.length * (block + 1) / BLOCKS);
      blocks[block] = DoubleStream.of(series).skip(from).limit(to - from).sum() / (to - from);
    }
    return Optional.of(
        new BatchMeans(DoubleStream.of(series).sum() / series.length, of(blocks).error(), BLOCKS));
  }

  /**
   * Returns the weighted sum of independent means. It has the fewest blocks of one of them, which
   * makes its interval too wide rather than too narrow.
   *
   * @param weights one for each
   */
  public static BatchMeans sum(List<BatchMeans> means, double[] weights) {
    double value = 0;
    double squares = 0;
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < weights.length; i++) {
      value += weights[i] * means.get(i).value;
      squares += Math.pow(weights[i] * means.get(i).error, 2);
      fewest = Math.min(fewest, means.get(i).blocks);
    }
    return new BatchMeans(value, Math.sqrt(squares), fewest);
  }

  /** Returns the interval of 95 percent. */
  public Interval interval() {
    return StudentT.interval(value, error, blocks);
  }

  /**
   * Returns the interval of 95 percent of this mean over another, independent one: of the
   * difference of their logarithms, with the fewer blocks of the two. Both are above 0.
   */
  public Interval over(BatchMeans other) {
    Interval logarithms =
        StudentT.interval(
            Math.log(value / other.value),
            Math.hypot(error / value, other.error / other.value),
            Math.min(blocks, other.blocks));
    return new Interval(Math.exp(logarithms.low()), Math.exp(logarithms.high()));
  }
}
