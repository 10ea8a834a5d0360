/**
 * The parts of a benchmark: questions, prompts, answer formats, scores and metric rules. Each
 * benchmark has its own package below this one.
 */
package io.prumerge.benchmark;
