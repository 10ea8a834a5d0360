package io.prumerge.benchmark.mme;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * MME (Fu et al., 2023): two yes/no questions about every image, in fourteen tasks. Questions are
 * read from LLaVA's {@code llava_mme.jsonl} if it exists, else with the labels ({@link MmeLabels}).
 * Scoring follows the official {@code calculation.py}.
 */
public final class MmeBenchmark extends PublishedBenchmark {

  static final String QUESTION_FILE = "llava_mme.jsonl";

  /** Key in {@link BenchmarkQuestion#extra()}: the question's text in the release. */
  static final String OFFICIAL_TEXT = "official_question";

  /** Key in {@link BenchmarkQuestion#extra()}: the image's name in result files. */
  static final String IMAGE_NAME = "image_name";

  /** As VLMEvalKit scores without a judge. */
  private static final String VLMEVALKIT = "vlmevalkit";

  private static final ProfileRule WORDS =
      AnswerRules.of("yes-no", Map.of(AnswerRules.PARSER, VLMEVALKIT));

  /** LLaVA's name for its folder in {@code playground/data/eval}. */
  private static final String FOLDER = "MME";

  public MmeBenchmark() {
    super("mme", "test");
  }

  @Override
  public Optional<HubData> hubData() {
    return Optional.of(HubData.ofLmmsLab("MME", ""));
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "llava_mme.jsonl with the labels",
        "MME_Benchmark_release_version",
        "eval_tool/Your_Results",
        "Hugging Face's Parquet files",
        "VLMEvalKit's TSV, with or without pictures");
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL, LMMS_EVAL, VLMEVALKIT);
  }

  @Override
  public String kindOf(String category) {
    return MmeTasks.COGNITION.contains(category) ? "cognition task" : "perception task";
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        MetricRule.summed("perception", Statistic.POINTS, Set.copyOf(MmeTasks.PERCEPTION)),
        MetricRule.summed("cognition", Statistic.POINTS, Set.copyOf(MmeTasks.COGNITION)),
        MetricRule.grouped("score", Statistic.POINTS),
        MetricRule.pooled("accuracy", Statistic.MEAN),
        MetricRule.grouped("accuracy_plus", Statistic.UNITS));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<Path> llava = source.find(QUESTION_FILE, FOLDER);
    LeftOutRows kept = source.leftOut().keeping();
    MmeLabels labels =
        MmeLabels.read(
            source, llava.isPresent() ? source.leftOut().beside("the table of labels") : kept);
    MmeQuestions questions = new MmeQuestions(name(), prompts, labels);
    if (llava.isPresent()) {
      JsonLines.read(llava.get(), source.hadoop(), kept, questions::llava);
    } else if (labels.areOfTable()) {
      labels.labels().forEach(questions::labelled);
    } else if (!labels.labels().isEmpty()) {
      kept.read(labels.labels()::forEach, questions::labelled);
    } else {
      throw new DataException(
          Text.format(
              "No MME in %s; expected %s, MME_Benchmark_release_version, eval_tool/Your_Results,"
                  + " Parquet files with the columns question_id, question, answer, category,"
                  + " image, or a TSV with index, image_path, question, answer, category",
              source.described(), QUESTION_FILE));
    }
    String file = llava.map(Path::getName).orElseGet(source::described);
    source
        .leftOut()
        .ofKept()
        .read(
            questions.questions()::forEach,
            question -> {
              questions.requirePair(question, file);
              sink.accept(question);
            });
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    if (profile.equals(VLMEVALKIT)) {
      return WORDS.score(answer, reference);
    }
    MmeAnswer parsed =
        profile.equals(LMMS_EVAL) ? MmeAnswer.lmmsEval(answer) : MmeAnswer.official(answer);
    return new Score(
        parsed == MmeAnswer.OTHER ? "" : parsed.label(),
        parsed == MmeAnswer.OTHER,
        parsed.label().equals(reference.answers().get(0)) ? 1 : 0);
  }

  /** Returns the chance of one of yes and no. */
  @Override
  public double chance(Reference reference) {
    return 0.5;
  }

  /**
   * Returns the image's task and name with the question, because LLaVA's ids are the same for both
   * questions of a pair.
   */
  @Override
  public String key(BenchmarkQuestion question) {
    return MmeKey.of(question.category(), question.extra().get(IMAGE_NAME), question.question())
        .text();
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(
        new MmeResults(),
        new LlavaAnswers(
            line -> MmeKey.ofPath(line.id("question_id").asText(), prompt(line), line).text()));
  }

  private static String prompt(JsonLine line) {
    return line.optionalText("prompt")
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () ->
                line.error(
                    "has no text in \"prompt\", which tells the two questions about an image"
                        + " apart"));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new MmeExport());
  }
}
