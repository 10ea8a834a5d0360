package io.prumerge.benchmark.seed;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerLines;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.Path;

/**
 * SEED-Bench (Li et al., 2023): four options about an image, or about a video of which one frame is
 * shown. Read from {@code SEED-Bench.json}, with LLaVA's {@code llava-seed-bench.jsonl} if it
 * exists, or from Hugging Face Parquet. Scoring follows LLaVA's {@code
 * convert_seed_for_submission.py}; the benchmark's own scorer ranks the options' likelihoods
 * instead.
 */
public final class SeedBenchmark extends PublishedBenchmark {

  static final String NAME = "seed";

  static final String QUESTION_FILE = "llava-seed-bench.jsonl";
  static final String ANNOTATIONS = "SEED-Bench.json";

  /** LLaVA's name for its folder in {@code playground/data/eval}. */
  private static final String FOLDER = "seed_bench";

  /** SEED-Bench's submission format. */
  private static final AnswerLines RESULTS =
      new AnswerLines(
          "seed.jsonl",
          "question_id",
          BenchmarkQuestion::fileId,
          UnaryOperator.identity(),
          "prediction",
          UnaryOperator.identity());

  private static final ProfileRule OWN = rule("seed");
  private static final ProfileRule HARNESS = rule("lmms-seed");

  private static ProfileRule rule(String parser) {
    return AnswerRules.of("letter", Map.of(AnswerRules.PARSER, parser));
  }

  public SeedBenchmark() {
    super(NAME, "test");
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "SEED-Bench.json, llava-seed-bench.jsonl next to it",
        "SEED-Bench.json",
        "Hugging Face's Parquet files");
  }

  @Override
  public String kindOf(String category) {
    return Set.of(SeedTypes.IMAGE, SeedTypes.VIDEO).contains(category) ? "source" : "type";
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        MetricRule.within("seed_image", Statistic.MEAN, SeedTypes.IMAGE),
        MetricRule.within("seed_video", Statistic.MEAN, SeedTypes.VIDEO),
        new MetricRule(
            "seed_all",
            Statistic.MEAN,
            Pooling.QUESTIONS,
            // Image questions alone, where the frames of videos are not there, are seed_image.
            Set.of(SeedTypes.IMAGE, SeedTypes.VIDEO),
            Breakdown.OVERALL),
        MetricRule.grouped("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    SeedQuestions questions = new SeedQuestions(source, prompts, sink);
    Optional<Path> llava = source.find(QUESTION_FILE, FOLDER);
    Optional<Path> annotations = source.find(ANNOTATIONS, FOLDER);
    if (llava.isPresent()) {
      questions.llava(
          llava.get(),
          annotations.orElseThrow(
              () ->
                  new DataException(
                      Wording.of(
                          "%s is there, but no %s with the answers; give it as one more %s",
                          llava.get(), ANNOTATIONS, Setting.SOURCE))));
    } else if (annotations.isPresent()) {
      questions.official(annotations.get());
    } else {
      String none =
          Text.format(
              "No SEED-Bench in %s; expected %s, or Parquet files with its fields as columns",
              source.described(), ANNOTATIONS);
      questions.hub(table(source, none, SeedQuestions.COLUMNS));
    }
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return (profile.equals(LMMS_EVAL) ? HARNESS : OWN).score(answer, reference);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(RESULTS, LlavaAnswers.BY_ID);
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(RESULTS);
  }
}
