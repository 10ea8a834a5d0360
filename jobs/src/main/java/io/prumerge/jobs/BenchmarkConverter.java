package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --benchmark NAME}. */
final class BenchmarkConverter implements ITypeConverter<Benchmark> {

  @Override
  public Benchmark convert(String value) {
    try {
      return Benchmarks.named(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
