/** Converts a benchmark's files into an examples table, on executors. */
package io.prumerge.prepare;
