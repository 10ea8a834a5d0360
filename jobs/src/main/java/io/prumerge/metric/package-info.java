/** Sums over images made into metrics: standard errors, intervals and tests. */
package io.prumerge.metric;
