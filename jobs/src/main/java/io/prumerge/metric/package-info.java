/** Scores made into metrics: sums over images, standard errors, intervals and tests. */
package io.prumerge.metric;
