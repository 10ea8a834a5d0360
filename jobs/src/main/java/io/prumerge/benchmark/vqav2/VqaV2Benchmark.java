package io.prumerge.benchmark.vqav2;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLines;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2 (Goyal et al., 2017): read from the official question and annotation files, or from LLaVA's
 * question file, with annotations if they exist, or from lmms-lab/VQAv2. Scoring follows
 * GT-Vision-Lab/VQA and LLaVA's {@code convert_vqav2_for_submission.py}.
 *
 * <p>Profile {@code official} is the evaluator alone, which compares unanimous questions letter by
 * letter: {@code Yes} is wrong if all ten annotators said {@code yes}. LLaVA submits processed
 * answers, so {@code llava} processes them before evaluation.
 */
public final class VqaV2Benchmark implements Benchmark {

  static final String NAME = "vqav2";

  /** The evaluator, applied to answers as processed by LLaVA's converter. */
  private static final String LLAVA = "llava";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String defaultSplit() {
    return "val";
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL, LLAVA, LMMS_EVAL);
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("overall", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<QuestionFile> file = VqaFiles.questions(source);
    if (file.isPresent()) {
      read(file.get(), source, prompts, sink);
      return;
    }
    HuggingFaceTable table = VqaFiles.table(source);
    String split = table.split().startsWith("test") ? "test2015" : "val2014";
    VqaQuestions questions = new VqaQuestions(split, Optional.empty(), prompts, sink);
    table.read(
        Set.of("question_id", "image_id", "question", "image"),
        Set.of("question_type", "answer_type", "answers"),
        questions::huggingFace);
  }

  private static void read(
      QuestionFile file,
      SourceFiles source,
      PromptProfile prompts,
      Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<Path> annotationFile = VqaFiles.annotations(file, source);
    if (annotationFile.isEmpty()) {
      read(file, source, new VqaQuestions(file.split(), Optional.empty(), prompts, sink));
      return;
    }
    try (VqaAnnotations annotations = VqaAnnotations.open(annotationFile.get(), source.hadoop())) {
      VqaQuestions questions =
          new VqaQuestions(file.split(), Optional.of(annotations), prompts, sink);
      read(file, source, questions);
      if (VqaFiles.official(file)) {
        annotations.requireAll(questions.count());
      }
    }
  }

  private static void read(QuestionFile file, SourceFiles source, VqaQuestions questions)
      throws IOException {
    if (VqaFiles.official(file)) {
      JsonItems.arrayIn(file.path(), "questions", source.hadoop(), questions::official);
    } else {
      JsonLines.read(file.path(), source.hadoop(), questions::llava);
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return HumanAnswers.mostFrequent(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return switch (profile) {
      case LLAVA -> official(VqaNormaliser.evalAi(answer), reference.answers());
      case LMMS_EVAL -> VqaAccuracy.score(answer, reference.answers(), VqaV2Benchmark::lmmsEval);
      default -> official(answer, reference.answers());
    };
  }

  /** {@code VQAEval.evaluate}. */
  private static Score official(String answer, List<String> answers) {
    String first = VqaAccuracy.oneLine(answers.get(0));
    boolean unanimous = answers.stream().map(VqaAccuracy::oneLine).allMatch(first::equals);
    return VqaAccuracy.score(
        answer,
        answers,
        text -> {
          String line = VqaAccuracy.oneLine(text);
          return unanimous ? line : VqaNormaliser.OFFICIAL.normalised(line);
        });
  }

  /** {@code vqav2_process_results}, which always normalises. */
  private static String lmmsEval(String text) {
    return VqaNormaliser.M4C.normalised(VqaAccuracy.oneLine(text));
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(LlavaAnswers.BY_ID, JsonAnswers.byId("question_id", "answer"));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new VqaV2Submission(Optional.empty()));
  }
}
