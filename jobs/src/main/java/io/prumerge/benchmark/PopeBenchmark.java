package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * POPE in LLaVA's layout: {@code llava_pope_test.jsonl}, the official label files {@code
 * coco_pope_SETTING.json} beside it or in {@code coco/}, and the image folder. Facts in the
 * official {@code evaluate.py} and LLaVA's {@code eval_pope.py}.
 */
final class PopeBenchmark implements Benchmark {

  static final String QUESTION_FILE = "llava_pope_test.jsonl";
  private static final String SUFFIX = "\nAnswer the question using a single word or phrase.";
  private static final String YES = "yes";
  private static final String NO = "no";

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  @Override
  public String name() {
    return "pope";
  }

  @Override
  public String defaultSplit() {
    return "test";
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL);
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        MetricRule.averaged("f1", Statistic.F1),
        MetricRule.averaged("accuracy", Statistic.MEAN),
        MetricRule.averaged("precision", Statistic.PRECISION),
        MetricRule.averaged("recall", Statistic.RECALL),
        MetricRule.averaged("yes_ratio", Statistic.YES_RATIO));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    PopeLabels labels = PopeLabels.read(source);
    Map<String, Integer> lines = new HashMap<>();
    JsonLines.read(
        source
            .find(QUESTION_FILE, PopeLabels.FOLDER)
            .orElseThrow(
                () ->
                    new DataException(
                        "No %s in %s; POPE is read in LLaVA's layout (playground/data/eval/pope)"
                            .formatted(QUESTION_FILE, source.described()))),
        source.hadoop(),
        line -> {
          BenchmarkQuestion question = question(line, labels);
          Integer before = lines.putIfAbsent(question.id(), line.number());
          if (before != null) {
            throw line.error(
                "question_id %s stands in line %d already"
                    .formatted(question.extra().get(BenchmarkQuestion.FILE_ID), before));
          }
          sink.accept(question);
        });
  }

  private static BenchmarkQuestion question(JsonLine line, PopeLabels labels) {
    JsonNode id = line.id("question_id");
    String image = ImageName.checked(line.text("image"), line);
    String setting = line.text("category");
    String prompt = line.text("text");
    String question =
        prompt.endsWith(SUFFIX) ? prompt.substring(0, prompt.length() - SUFFIX.length()) : prompt;
    return new BenchmarkQuestion(
        id.asText(),
        Optional.of(new ImagePlace.InFolder(image)),
        prompt,
        question,
        setting,
        List.of(labels.label(setting, image, question, line)),
        List.of(),
        OptionalInt.of(MAX_NEW_TOKENS),
        Map.of(BenchmarkQuestion.FILE_ID, id.toString()));
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return reference.answers().stream().findFirst();
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    String parsed = saysNo(answer) ? NO : YES;
    return new Score(parsed, false, parsed.equals(reference.answers().get(0)) ? 1 : 0);
  }

  /**
   * The official parser: the text up to the first period, commas deleted, cut at single spaces; no
   * when a piece is exactly {@code No}, {@code not} or {@code no}, everything else is yes.
   */
  static boolean saysNo(String answer) {
    int period = answer.indexOf('.');
    String sentence = (period < 0 ? answer : answer.substring(0, period)).replace(",", "");
    return Arrays.stream(sentence.split(" ", -1))
        .anyMatch(word -> word.equals("No") || word.equals("not") || word.equals("no"));
  }
}
