/** Benchmarks by name, and those that YAML files define. */
package io.prumerge.benchmark.file;
