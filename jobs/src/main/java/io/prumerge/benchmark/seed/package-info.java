/** SEED-Bench. */
package io.prumerge.benchmark.seed;
