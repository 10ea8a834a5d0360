package io.prumerge.load.figure;

import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;

/** The mean of independent replications, with its standard error. */
record Estimate(double mean, double error) {

  private static final double ERRORS = 5;

  static Estimate of(DoubleStream replications) {
    double[] values = replications.toArray();
    return new Estimate(
        StatUtils.mean(values), Math.sqrt(StatUtils.variance(values) / values.length));
  }

  /** Returns whether a value lies within five standard errors of the mean. */
  boolean agreesWith(double value) {
    return Math.abs(mean - value) <= ERRORS * error;
  }
}
