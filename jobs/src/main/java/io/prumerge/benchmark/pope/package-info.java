/** POPE. */
package io.prumerge.benchmark.pope;
