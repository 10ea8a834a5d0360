package io.prumerge.cluster;

import io.prumerge.Evaluation;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/**
 * An application that evaluates again and again while a {@link TaskStorm} kills its tasks and jobs.
 * It resumes cancelled runs in the same session, so its executors live until the end, as in a
 * notebook.
 */
public final class StormDriver {

  /** Executors report their metrics each second. */
  private static final long TWO_REPORTS_MILLIS = 3_000;

  private static final int CHUNKS = 2;

  /** Tasks of a chunk; together they ask for more than the queues of two executors hold. */
  private static final int TASKS = 3;

  /** Spark aborts a stage if it kills an attempt that is about to commit. */
  private static final String KILLED_IN_COMMIT = "Authorized committer";

  private StormDriver() {}

  /**
   * Called by spark-submit.
   *
   * @param arguments model, examples, folder for the runs, number of kills, seed
   */
  public static void main(String[] arguments) throws Exception {
    int kills = Integer.parseInt(arguments[3]);
    long seed = Long.parseLong(arguments[4]);
    SparkSession spark = SparkSession.builder().getOrCreate();
    try (TaskStorm storm = new TaskStorm(spark.sparkContext(), kills, seed)) {
      spark.sparkContext().addSparkListener(storm);
      for (int round = 0; !storm.over(); round++) {
        evaluate(spark, arguments, arguments[2] + "/" + round, storm);
      }
      System.out.println("storm: " + storm);
    }
    Thread.sleep(TWO_REPORTS_MILLIS);
    spark.stop();
  }

  private static void evaluate(
      SparkSession spark, String[] arguments, String output, TaskStorm storm) throws IOException {
    Evaluation evaluation =
        Evaluation.of(spark)
            .model(arguments[0])
            .examples(arguments[1])
            .methods("none", "prumerge")
            .device("cpu")
            .dtype("fp32")
            .chunks(CHUNKS)
            .partitions(TASKS)
            .verbose()
            .output(output);
    boolean done = false;
    while (!done) {
      int cancelled = storm.cancelled();
      try {
        evaluation.run();
        done = true;
      } catch (Exception e) { // Scala does not declare what a cancelled job throws
        if (storm.cancelled() == cancelled && !e.toString().contains(KILLED_IN_COMMIT)) {
          throw e;
        }
        evaluation.resume();
      }
    }
  }
}
