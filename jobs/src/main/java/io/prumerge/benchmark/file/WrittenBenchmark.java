package io.prumerge.benchmark.file;

import io.prumerge.console.Wording;
import java.util.List;
import java.util.Optional;

/**
 * A first benchmark file that was written for a user's own data.
 *
 * @param questions that can be read
 * @param frames how it is said which frames of videos are shown; empty without videos
 * @param warnings what was decided in reading the data; what the questions go without, each with
 *     the key that would name its column; and which rows cannot be read
 * @param doubts why guesses may be wrong, and what cannot be shown, as the file's comments say
 */
public record WrittenBenchmark(
    int questions, Optional<Wording> frames, List<String> warnings, List<String> doubts) {

  public WrittenBenchmark {
    warnings = List.copyOf(warnings);
    doubts = List.copyOf(doubts);
  }
}
