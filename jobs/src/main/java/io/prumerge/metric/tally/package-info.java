/** The questions about an image, and their sums in every subset that a metric is about. */
package io.prumerge.metric.tally;
