package io.prumerge.run;

import io.prumerge.console.Work;
import io.prumerge.spark.RunningSums;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/** Counts answers and the work that they take while tasks run. */
final class WorkCounter implements AutoCloseable {

  private final LongAccumulator answers;
  private final DoubleAccumulator flops;
  private final RunningSums sums;

  /** Creates the accumulators and starts to listen. */
  WorkCounter(SparkContext context) {
    this.answers = context.longAccumulator("answers");
    this.flops = context.doubleAccumulator("estimated FLOPs");
    this.sums = new RunningSums(context, List.of(answers, flops));
  }

  /** Returns the accumulator of answers. */
  LongAccumulator answers() {
    return answers;
  }

  /** Returns the accumulator of estimated FLOPs. */
  DoubleAccumulator flops() {
    return flops;
  }

  /** Returns the work so far; too much if tasks are repeated. */
  Work done() {
    double[] now = sums.now();
    return new Work((long) now[0], now[1]);
  }

  @Override
  public void close() {
    sums.close();
  }
}
