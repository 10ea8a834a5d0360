/**
 * The miniature benchmarks: six benchmarks in their official formats about generated pictures, and
 * training data.
 */
package io.prumerge.mini;
