package io.prumerge.benchmark.mme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes questions from MME's lines and labels, and checks that they come in pairs. */
final class MmeQuestions {

  private static final int PAIR = 2;

  private final String benchmark;
  private final PromptProfile prompts;
  private final MmeLabels labels;
  private final QuestionIds ids = new QuestionIds();
  private final Map<MmeKey, String> places = new HashMap<>();
  private final Map<String, Integer> pairs = new HashMap<>();
  private final List<BenchmarkQuestion> questions = new ArrayList<>();

  MmeQuestions(String benchmark, PromptProfile prompts, MmeLabels labels) {
    this.benchmark = benchmark;
    this.prompts = prompts;
    this.labels = labels;
  }

  /** Adds the question in a line of LLaVA's question file. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    String image = ImageName.checked(line.text("image"), line);
    MmeLabel label = labels.of(MmeKey.ofPath(id.asText(), text, line), line);
    add(
        label,
        id,
        new ImagePlace.InFolder(image),
        prompts.prompt(benchmark, parts(label), text),
        line.where());
  }

  /** Adds a question that came with its label. */
  void labelled(MmeLabel label) {
    add(
        label,
        TextNode.valueOf(label.image().id()),
        label.image(),
        prompts.prompt(benchmark, parts(label)),
        label.where());
  }

  private static PromptParts parts(MmeLabel label) {
    return PromptParts.of(label.key().question());
  }

  private void add(MmeLabel label, JsonNode id, ImagePlace image, String prompt, String where) {
    String before = places.putIfAbsent(label.key(), where);
    if (before != null) {
      throw new DataException(
              Text.format(
                  "%s: '%s' about %s stands in %s already",
                  where, label.key().question(), label.key().pair(), before))
          .ofFile();
    }
    pairs.merge(label.key().pair(), 1, Integer::sum);
    questions.add(
        BenchmarkQuestion.of(
                id,
                Optional.of(image),
                prompt,
                label.key().question(),
                label.key().task(),
                List.of(label.label()),
                BenchmarkQuestion.SHORT_ANSWER)
            .withId(ids.next(id.asText()))
            .with(BenchmarkQuestion.UNIT, label.key().pair())
            .with(BenchmarkQuestion.UNIT_ROWS, Integer.toString(PAIR))
            .with(MmeBenchmark.OFFICIAL_TEXT, label.text())
            .with(MmeBenchmark.IMAGE_NAME, label.imageName()));
  }

  /** Returns the questions that were added, in their order. */
  List<BenchmarkQuestion> questions() {
    return List.copyOf(questions);
  }

  /**
   * Checks that a question has its counterpart.
   *
   * @param file names the questions' file
   * @throws DataException naming the image
   */
  void requirePair(BenchmarkQuestion question, String file) {
    String pair = question.extra().get(BenchmarkQuestion.UNIT);
    int asked = pairs.get(pair);
    if (asked != PAIR) {
      throw new DataException(
          Text.format(
              "%s: image %s has %d question%s; MME asks two about an image and scores them"
                  + " together",
              file, pair, asked, asked == 1 ? "" : "s"));
    }
  }
}
