package io.prumerge.metric;

import io.prumerge.statistics.Interval;
import java.io.Serializable;

/**
 * The interval and test of a difference, from its replicates.
 *
 * @param pValue of no difference, two-sided
 */
record BootstrapDifference(Interval interval, double pValue) implements Serializable {}
