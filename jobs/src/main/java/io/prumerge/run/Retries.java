package io.prumerge.run;

import io.prumerge.engine.ErrorKind;
import java.io.IOException;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * The errors of a run that are asked again.
 *
 * @param chunks those in the run's own chunks
 * @param repeats those in the repeats of all questions, whose numbers are chunks there
 */
record Retries(ErrorRetry chunks, ErrorRetry repeats) {

  /** Looks for the errors, as {@link ErrorRetry#of}. */
  static Retries of(SparkSession spark, RunDirectory directory, Set<ErrorKind> kinds)
      throws IOException {
    return new Retries(
        ErrorRetry.of(spark, directory, kinds), ErrorRetry.of(spark, directory.repeats(), kinds));
  }

  boolean isEmpty() {
    return chunks.isEmpty() && repeats.isEmpty();
  }

  /** Returns the number of answers that are asked again. */
  long answers() {
    return chunks.answers() + repeats.answers();
  }
}
