package io.prumerge.benchmark.vizwiz;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLines;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.QuestionFile.SplitFiles;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * VizWiz-VQA (Gurari et al., 2018): read from LLaVA's question file, which has the test split,
 * whose answers are withheld; or from the official {@code train.json}, {@code val.json} or {@code
 * test.json}; or from lmms-lab/VizWiz-VQA. Scoring follows LLaVA's {@code
 * convert_vizwiz_for_submission.py}: answers are compared in the form that LLaVA submits, as in
 * lmms-eval.
 */
public final class VizWizBenchmark extends PublishedBenchmark {

  static final String NAME = "vizwiz";

  private static final SplitFiles LLAVA = new SplitFiles("llava_", "test", ".jsonl", NAME);
  private static final SplitFiles OFFICIAL_FILES =
      new SplitFiles("", "train|val|test", ".json", "Annotations");
  private static final List<SplitFiles> FILES = List.of(LLAVA, OFFICIAL_FILES);

  public VizWizBenchmark() {
    super(NAME, "test");
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "LLaVA's question file",
        "train.json, val.json or test.json",
        "Parquet files of lmms-lab/VizWiz-VQA");
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<QuestionFile> file = QuestionFile.in(source, FILES, Set.of());
    VizWizQuestions questions = new VizWizQuestions(prompts, sink);
    if (file.isEmpty()) {
      QuestionFile.table(source, FILES, "val", "question_id", "question", "image", "category")
          .read(
              Set.of("question_id", "question", "image"),
              Set.of("answers", "category"),
              questions::huggingFace);
    } else if (file.get().kind().equals(OFFICIAL_FILES)) {
      JsonItems.array(file.get().path(), source.hadoop(), questions::official);
    } else {
      JsonLines.read(file.get().path(), source.hadoop(), questions::llava);
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return HumanAnswers.mostFrequent(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return VqaAccuracy.score(answer, reference.answers(), VqaNormaliser::evalAi);
  }

  @Override
  public String key(BenchmarkQuestion question) {
    return question.extra().get(VizWizQuestions.NUMBER);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(
        LlavaAnswers.BY_ID,
        new JsonAnswers(line -> VizWizQuestions.number(line.text("image"), line::error), "answer"));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(
        new AnswerSubmission(
            "vizwiz_results.json",
            "image",
            question -> new TextNode(question.image().orElseThrow().id()),
            "answer",
            VqaNormaliser::evalAi));
  }
}
