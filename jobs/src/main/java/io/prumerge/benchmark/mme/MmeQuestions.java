package io.prumerge.benchmark.mme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaText;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes questions from MME's lines and labels, and checks that they come in pairs. */
final class MmeQuestions {

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private static final int PAIR = 2;

  private final String benchmark;
  private final PromptProfile prompts;
  private final MmeLabels labels;
  private final QuestionIds ids = new QuestionIds();
  private final Map<MmeKey, String> places = new HashMap<>();
  private final Map<String, Integer> pairs = new LinkedHashMap<>();

  MmeQuestions(String benchmark, PromptProfile prompts, MmeLabels labels) {
    this.benchmark = benchmark;
    this.prompts = prompts;
    this.labels = labels;
  }

  /** A line of LLaVA's question file. */
  BenchmarkQuestion llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    String image = ImageName.checked(line.text("image"), line);
    MmeLabel label = labels.of(MmeKey.ofPath(id.asText(), text, line), line);
    return question(
        label,
        id,
        new ImagePlace.InFolder(image),
        LlavaText.prompt(prompts, benchmark, text, parts(label)),
        line.where());
  }

  /** A question that came with its label. */
  BenchmarkQuestion labelled(MmeLabel label) {
    return question(
        label,
        TextNode.valueOf(label.image().id()),
        label.image(),
        prompts.prompt(benchmark, parts(label)),
        label.where());
  }

  private static PromptParts parts(MmeLabel label) {
    return PromptParts.of(label.key().question());
  }

  private BenchmarkQuestion question(
      MmeLabel label, JsonNode id, ImagePlace image, String prompt, String where) {
    String before = places.putIfAbsent(label.key(), where);
    if (before != null) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: '%s' about %s stands in %s already",
              where,
              label.key().question(),
              label.key().pair(),
              before));
    }
    pairs.merge(label.key().pair(), 1, Integer::sum);
    return new BenchmarkQuestion(
        ids.next(id.asText()),
        Optional.of(image),
        prompt,
        label.key().question(),
        label.key().task(),
        List.of(label.label()),
        List.of(),
        OptionalInt.of(MAX_NEW_TOKENS),
        Map.of(
            BenchmarkQuestion.FILE_ID,
            id.toString(),
            BenchmarkQuestion.UNIT,
            label.key().pair(),
            MmeBenchmark.OFFICIAL_TEXT,
            label.text(),
            MmeBenchmark.IMAGE_NAME,
            label.imageName()));
  }

  /**
   * Checks that every question has its counterpart.
   *
   * @throws DataException naming the image
   */
  void requirePairs(String file) {
    pairs.forEach(
        (pair, questions) -> {
          if (questions != PAIR) {
            throw new DataException(
                String.format(
                    Locale.ROOT,
                    "%s: image %s has %d question%s; MME asks two about an image and scores them together",
                    file,
                    pair,
                    questions,
                    questions == 1 ? "" : "s"));
          }
        });
  }
}
