package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2 (Goyal et al., 2017): the official question and annotation files, or LLaVA's question file,
 * with annotations where they lie there too, or lmms-lab/VQAv2. Facts in GT-Vision-Lab/VQA and in
 * LLaVA's {@code convert_vqav2_for_submission.py}.
 *
 * <p>Profile {@code official} is the evaluator alone, which compares unanimous questions letter by
 * letter: {@code Yes} is wrong where all ten said {@code yes}. LLaVA hands in processed answers, so
 * {@code llava} processes before it evaluates.
 */
final class VqaV2Benchmark implements Benchmark {

  static final String NAME = "vqav2";

  /** The evaluator over answers as LLaVA's converter hands them in. */
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
    Optional<VqaAnnotations> annotations = Optional.empty();
    Optional<Path> annotationFile = VqaFiles.annotations(file, source);
    if (annotationFile.isPresent()) {
      annotations = Optional.of(VqaAnnotations.read(annotationFile.get(), source.hadoop()));
    }
    VqaQuestions questions = new VqaQuestions(file.split(), annotations, prompts, sink);
    if (VqaFiles.official(file)) {
      JsonItems.arrayIn(file.path(), "questions", source.hadoop(), questions::official);
      annotations.ifPresent(all -> all.requireAll(questions.count()));
    } else {
      JsonLines.read(file.path(), source.hadoop(), questions::llava);
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return MostFrequent.of(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return switch (profile) {
      case LLAVA -> official(EvalAiProcessor.processed(answer), reference.answers());
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

  /** {@code vqav2_process_results}: normalised always. */
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
