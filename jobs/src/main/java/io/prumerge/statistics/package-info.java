/** Confidence intervals and tests for given numbers, independent of benchmarks and tables. */
package io.prumerge.statistics;
