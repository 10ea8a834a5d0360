package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.BenchmarkFile;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The file that defines the benchmark of an examples table, kept in the table's folder: runs on the
 * table, and reports of these, need no other copy.
 */
public final class TableBenchmark {

  /** Spark ignores files whose names begin with an underscore. */
  private static final String NAME = "_benchmark.yaml";

  private TableBenchmark() {}

  /** Writes the file into a table's folder; nothing for a benchmark that is a class. */
  static void write(FileSystem fs, Path table, Benchmark benchmark) throws IOException {
    if (benchmark.definition().isPresent()) {
      WholeFile.wroteFirst(fs, new Path(table, NAME), benchmark.definition().get());
    }
  }

  /**
   * Returns the known benchmarks and the one whose file lies in a table's folder, if one does.
   *
   * @throws io.prumerge.console.UsageException if the file is not one that defines a benchmark
   */
  public static Benchmarks read(FileSystem fs, Path table) throws IOException {
    Path file = new Path(table, NAME);
    if (!fs.exists(file)) {
      return Benchmarks.KNOWN;
    }
    BenchmarkFile read = BenchmarkFile.read(file, fs);
    return Benchmarks.of(Map.of(read.name(), read.text()));
  }
}
