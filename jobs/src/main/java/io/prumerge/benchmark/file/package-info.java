/** Benchmarks that YAML files define. */
package io.prumerge.benchmark.file;
