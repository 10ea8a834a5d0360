package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One benchmark: how its files are read into questions with their prompts, how its answers are
 * scored, and what its scores add up to. Stateless and thread-safe; scoring runs on executors,
 * found there by {@link #name()}.
 */
public interface Benchmark {

  /** The benchmark's own way to score; the first profile of all but {@code custom}. */
  String OFFICIAL = "official";

  /** As the lmms-eval harness scores. */
  String LMMS_EVAL = "lmms-eval";

  /** The name on the command line and in the {@code benchmark} column. */
  String name();

  /** The split that the files hold where nobody says otherwise. */
  String defaultSplit();

  /** Names of the ways to score, the benchmark's own first. */
  List<String> profiles();

  /** What is computed from the scores of a profile; the first one is the headline. */
  List<MetricRule> metrics(String profile);

  /**
   * Streams all questions in the order of the files, ids unique. Which of the benchmark's layouts
   * (official download, LLaVA's folder, Hugging Face Parquet) lies there is found out by looking.
   *
   * @param prompts how prompts are worded
   * @throws DataException naming file and line when a file is not what it should be
   */
  void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException;

  /**
   * The reference as it stands in the {@code gold} column.
   *
   * @return nothing where there is nothing to compare with: such a question is not scored
   */
  Optional<String> gold(Reference reference);

  /**
   * Scores one generated text. Errors and missing answers never come here.
   *
   * @param profile one of {@link #profiles()}
   * @param answer generated text, stripped
   * @param reference of a question that has a {@link #gold}
   */
  Score score(String profile, String answer, Reference reference);

  /**
   * What answer files match answers by: the file's own id, unless the benchmark repeats ids with
   * another meaning.
   */
  default String key(BenchmarkQuestion question) {
    return FileIds.text(question);
  }

  /** Forms of answers that are read, beside our own predictions; more particular ones first. */
  default List<AnswerFormat> answerFormats() {
    return List.of(LlavaAnswers.BY_ID);
  }

  /**
   * How answers are judged, where no rule can compare them with a reference. {@link #score} then
   * takes a judge's words instead of an answer, and answers alone are not scored.
   */
  default Optional<Judging> judging() {
    return Optional.empty();
  }

  /** How answers are handed in, where the benchmark says so. */
  default Optional<Submission> submission() {
    return Optional.empty();
  }
}
