package io.prumerge.benchmark.file;

import java.util.List;

/**
 * A first benchmark file that was written for a user's own data.
 *
 * @param questions that can be read
 * @param missing what the questions go without, each with the key that would name its column
 */
public record WrittenBenchmark(int questions, List<String> missing) {

  public WrittenBenchmark {
    missing = List.copyOf(missing);
  }
}
