package io.prumerge.benchmark.llavabench;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.ReviewScores;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * LLaVA-Bench (in the wild): 60 open questions about 24 images. A judge compares each answer with
 * that of a text-only GPT-4, which was given a caption. {@link #score} takes the judge's reviews.
 */
public final class LlavaBenchBenchmark implements Benchmark {

  @Override
  public String name() {
    return "llava-bench";
  }

  @Override
  public String defaultSplit() {
    return "test";
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL, LMMS_EVAL);
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("score", Statistic.RELATIVE));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    LlavaBenchQuestions.read(
        source,
        defaultSplit(),
        question ->
            sink.accept(
                question.asked(prompts.prompt(name(), PromptParts.of(question.question())))));
  }

  /** The reference's answer, or empty text, because reviews can be scored without it. */
  @Override
  public Optional<String> gold(Reference reference) {
    return Optional.of(reference.answers().stream().findFirst().orElse(""));
  }

  /**
   * A tenth of the candidate's points; {@link Statistic#RELATIVE} computes the metric from them.
   */
  @Override
  public Score score(String profile, String review, Reference reference) {
    ReviewScores scores =
        profile.equals(LMMS_EVAL) ? ReviewScores.lmmsEval(review) : ReviewScores.official(review);
    return scores.equals(ReviewScores.NONE)
        ? new Score("", true, 0)
        : new Score(scores.text(), false, scores.share());
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(LlavaBenchReviews.FORMAT, LlavaAnswers.BY_ID);
  }

  @Override
  public Optional<Judging> judging() {
    return Optional.of(new LlavaBenchJudging());
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new LlavaBenchSubmission());
  }
}
