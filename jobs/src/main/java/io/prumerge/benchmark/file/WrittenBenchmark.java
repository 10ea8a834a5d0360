package io.prumerge.benchmark.file;

import java.util.List;

/**
 * A first benchmark file that was written for a user's own data.
 *
 * @param questions that can be read
 * @param warnings what was decided in reading the data; what the questions go without, each with
 *     the key that would name its column; why guesses may be wrong; and which rows cannot be read
 */
public record WrittenBenchmark(int questions, List<String> warnings) {

  public WrittenBenchmark {
    warnings = List.copyOf(warnings);
  }
}
