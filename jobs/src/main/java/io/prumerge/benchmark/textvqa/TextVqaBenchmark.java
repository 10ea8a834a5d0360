package io.prumerge.benchmark.textvqa;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.MetricRule.Breakdown;
import io.prumerge.benchmark.MetricRule.Pooling;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.source.HuggingFaceTable;
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
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * TextVQA (Singh et al., 2019): read from LLaVA's question file with the official one for the
 * answers; or from the official one alone, with OCR tokens if the Rosetta file is beside it; or
 * from lmms-lab/textvqa. Scoring follows LLaVA's {@code eval_textvqa.py} and {@code
 * m4c_evaluator.py}; lmms-eval computes the same.
 */
public final class TextVqaBenchmark extends PublishedBenchmark {

  static final String NAME = "textvqa";

  public TextVqaBenchmark() {
    super(NAME, "val");
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "LLaVA's question file with the official one",
        "the official question file, Rosetta's OCR tokens beside it",
        "Parquet files of lmms-lab/textvqa");
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        new MetricRule("accuracy", Statistic.MEAN, Pooling.QUESTIONS, Set.of(), Breakdown.OVERALL));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<Files> found = Files.in(source);
    if (found.isPresent()) {
      read(found.get(), source.hadoop(), prompts, sink);
    } else {
      TextVqaQuestions questions =
          new TextVqaQuestions(Optional.empty(), Optional.empty(), prompts, sink);
      Files.table(source)
          .read(
              Set.of("question_id", "image_id", "question", "image", "ocr_tokens"),
              Set.of("answers"),
              questions::huggingFace);
    }
  }

  private static void read(
      Files files, Configuration hadoop, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Path file = files.questions().path();
    if (files.official()) {
      Optional<TextVqaQuestions.Tokens> tokens = Optional.empty();
      if (files.tokens().isPresent()) {
        tokens = Optional.of(TextVqaQuestions.Tokens.read(files.tokens().get(), hadoop));
      }
      TextVqaQuestions questions = new TextVqaQuestions(Optional.empty(), tokens, prompts, sink);
      JsonItems.arrayIn(file, "data", hadoop, questions::official);
    } else {
      Optional<TextVqaQuestions.Answers> answers = Optional.empty();
      if (files.annotations().isPresent()) {
        answers = Optional.of(TextVqaQuestions.Answers.read(files.annotations().get(), hadoop));
      }
      TextVqaQuestions questions = new TextVqaQuestions(answers, Optional.empty(), prompts, sink);
      JsonLines.read(file, hadoop, questions::llava);
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
    return TextVqaPrompt.Key.of(question.extra().get(TextVqaQuestions.IMAGE), question.question())
        .text();
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(new LlavaAnswers(line -> TextVqaPrompt.Key.of(line, "prompt").text()));
  }

  /**
   * The files of TextVQA to read.
   *
   * @param questions LLaVA's question file or the official one
   * @param annotations the official file, which has questions and answers; LLaVA's has no answers
   * @param tokens the tokens that the Rosetta OCR system read, if the file exists
   */
  private record Files(QuestionFile questions, Optional<Path> annotations, Optional<Path> tokens) {

    private static final String SPLITS = "train|val|test";
    private static final SplitFiles LLAVA =
        new SplitFiles("llava_textvqa_", SPLITS, "_v051_ocr.jsonl", "textvqa");
    private static final SplitFiles OFFICIAL =
        new SplitFiles("TextVQA_0.5.1_", SPLITS, ".json", "annotations");
    private static final List<SplitFiles> KINDS = List.of(LLAVA, OFFICIAL);
    private static final SplitFiles TOKENS =
        new SplitFiles("TextVQA_Rosetta_OCR_v0.2_", SPLITS, ".json", "annotations");

    static Optional<Files> in(SourceFiles source) throws IOException {
      Optional<QuestionFile> questions = QuestionFile.in(source, KINDS, Set.of());
      if (questions.isEmpty()) {
        return Optional.empty();
      }
      String split = questions.get().split();
      return Optional.of(
          new Files(questions.get(), OFFICIAL.find(split, source), TOKENS.find(split, source)));
    }

    /** The table to read if there is no question file. */
    static HuggingFaceTable table(SourceFiles source) throws IOException {
      return QuestionFile.table(
          source, KINDS, "validation", "question_id", "image_id", "question", "ocr_tokens");
    }

    boolean official() {
      return questions.kind().equals(OFFICIAL);
    }
  }
}
