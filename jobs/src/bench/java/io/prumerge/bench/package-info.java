/**
 * Measurements of speed, each next to what it is compared with in one run on one machine: {@link
 * io.prumerge.bench.Bench} prints the table.
 */
package io.prumerge.bench;
