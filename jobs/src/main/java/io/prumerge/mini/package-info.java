/**
 * The miniature benchmarks: eight benchmarks in official formats about generated pictures, and
 * training data.
 */
package io.prumerge.mini;
