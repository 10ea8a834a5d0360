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
  private final LongAccumulator made;
  private final RunningSums sums;
  private final double each;

  /**
   * Creates the accumulators and starts to listen.
   *
   * @param total all work, of which an answer costs its part
   */
  WorkCounter(SparkContext context, Work total) {
    this.each = total.count() > 0 ? total.cost() / total.count() : 0;
    this.made = context.longAccumulator("answers made");
    this.answers = context.longAccumulator("answers");
    this.flops = context.doubleAccumulator("estimated FLOPs");
    this.sums = new RunningSums(context, List.of(answers, flops, made));
  }

  /** Returns the accumulator of answers. */
  LongAccumulator answers() {
    return answers;
  }

  /** Returns the accumulator of estimated FLOPs. */
  DoubleAccumulator flops() {
    return flops;
  }

  /** Returns the accumulator of answers that are made, though not all of their picture's are. */
  LongAccumulator made() {
    return made;
  }

  /** Returns the work so far; too much if tasks are repeated. */
  Work done() {
    double[] now = sums.now();
    double ahead = Math.max(0, now[2] - now[0]);
    return new Work((long) (now[0] + ahead), now[1] + ahead * each);
  }

  @Override
  public void close() {
    sums.close();
  }
}
