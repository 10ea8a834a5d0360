package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One benchmark: how its files are read into questions with their prompts, and how its answers are
 * scored. Stateless and thread-safe; scoring runs on executors, found there by {@link #name()}.
 */
public interface Benchmark {

  /** The name on the command line and in the {@code benchmark} column. */
  String name();

  /** The split that the files hold where nobody says otherwise. */
  String defaultSplit();

  /** Names of the ways to score, the benchmark's own first. */
  List<String> profiles();

  /** What is computed from the scores. */
  MetricFamily metrics();

  /**
   * Streams all questions in the order of the files, ids unique, image names inside the image
   * folder.
   *
   * @throws DataException naming file and line when a file is not what it should be
   */
  void read(SourceFiles source, Consumer<BenchmarkQuestion> sink) throws IOException;

  /**
   * The reference as it stands in the {@code gold} column.
   *
   * @param answers the question's reference answers
   * @return nothing where there is nothing to compare with: such a question is not scored
   */
  Optional<String> gold(List<String> answers);

  /**
   * Scores one generated text. Errors and missing answers never come here.
   *
   * @param profile one of {@link #profiles()}
   * @param answer generated text, stripped
   * @param answers the question's reference answers, at least one
   */
  Score score(String profile, String answer, List<String> answers);
}
