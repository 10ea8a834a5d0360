package io.prumerge.finetune;

import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.spark.RunningSums;
import java.util.List;
import org.apache.spark.SparkContext;

/** Shows how far trainings have come, with the mean loss of the latest steps. */
final class StepWatch implements AutoCloseable {

  /** Steps and the sum of their losses. */
  private record Count(long steps, double loss) {

    static final Count NONE = new Count(0, 0);

    Count plus(Count other) {
      return new Count(steps + other.steps, loss + other.loss);
    }
  }

  private final StepMeter meter;
  private final RunningSums sums;
  private final Phase phase;
  private Count byDriver = Count.NONE;
  private Count latest = Count.NONE;
  private String loss = "";

  /**
   * Starts to watch and to show.
   *
   * @param before steps that were taken by earlier attempts
   * @param total all steps
   */
  StepWatch(SparkContext context, Console console, long before, long total) {
    this.meter =
        new StepMeter(
            context.longAccumulator("training steps"), context.doubleAccumulator("training loss"));
    this.sums = new RunningSums(context, List.of(meter.steps(), meter.loss()));
    this.phase =
        console.counted(
            "Training", "steps", new Work(before), new Work(total), this::taken, this::loss);
  }

  StepMeter meter() {
    return meter;
  }

  /** Counts a step that the driver itself has seen to its end. */
  synchronized void count(double stepLoss) {
    byDriver = byDriver.plus(new Count(1, stepLoss));
  }

  private synchronized Work taken() {
    double[] byTasks = sums.now();
    Count now = byDriver.plus(new Count((long) byTasks[0], byTasks[1]));
    if (now.steps() > latest.steps()) {
      loss = loss((now.loss() - latest.loss()) / (now.steps() - latest.steps()));
      latest = now;
    }
    return new Work(now.steps());
  }

  private synchronized String loss() {
    return loss;
  }

  /** Returns a loss as the console has it. */
  static String loss(double mean) {
    return Text.format("loss %.4f", mean);
  }

  /** Shows that all steps are taken. */
  void done() {
    phase.done();
  }

  @Override
  public void close() {
    phase.close();
    sums.close();
  }
}
