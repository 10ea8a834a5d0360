/**
 * The miniature benchmarks: ten benchmarks in official formats about generated pictures, and
 * training data.
 */
package io.prumerge.mini;
