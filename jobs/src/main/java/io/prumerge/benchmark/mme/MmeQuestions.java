package io.prumerge.benchmark.mme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.mme.MmeBenchmark.Tasks;
import io.prumerge.benchmark.mme.MmeLabels.Label;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes questions from MME's lines and labels, and checks that they come in pairs. */
final class MmeQuestions {

  private static final int PAIR = 2;

  private final String benchmark;
  private final PromptProfile prompts;
  private final MmeLabels labels;
  private final QuestionIds ids = new QuestionIds();
  private final Map<Key, String> places = new HashMap<>();
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
    Label label = labels.of(Key.ofPath(id.asText(), text, line), line);
    add(
        label,
        id,
        new ImagePlace.InFolder(image),
        prompts.prompt(benchmark, parts(label), text),
        line.where());
  }

  /** Adds a question that came with its label. */
  void labelled(Label label) {
    add(
        label,
        TextNode.valueOf(label.image().id()),
        label.image(),
        prompts.prompt(benchmark, parts(label)),
        label.where());
  }

  private static PromptParts parts(Label label) {
    return PromptParts.of(label.key().question());
  }

  private void add(Label label, JsonNode id, ImagePlace image, String prompt, String where) {
    String before = places.putIfAbsent(label.key(), where);
    if (before != null) {
      throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s: '%s' about %s stands in %s already",
                  where,
                  label.key().question(),
                  label.key().pair(),
                  before))
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
            .with(MmeBenchmark.OFFICIAL_TEXT, label.text())
            .with(MmeBenchmark.IMAGE_NAME, label.imageName()));
  }

  /** Returns the questions that were added, in their order. */
  List<BenchmarkQuestion> all() {
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
          String.format(
              Locale.ROOT,
              "%s: image %s has %d question%s; MME asks two about an image and scores them"
                  + " together",
              file,
              pair,
              asked,
              asked == 1 ? "" : "s"));
    }
  }

  /**
   * The key that matches MME's questions between files.
   *
   * @param task one of {@link Tasks#ALL}
   * @param image the image's file name without its ending: LLaVA's converter replaces the ending by
   *     {@code .txt}
   * @param question without the request to answer yes or no
   */
  record Key(String task, String image, String question) {

    private static final String PLEASE = "Please answer yes or no.";

    /**
     * Returns the key of a question about {@code image}.
     *
     * @param task checked by {@link Tasks#checked}
     * @param image path or name of the image
     * @param text the question in any file's wording
     */
    static Key of(String task, String image, String text) {
      String name = image.substring(image.lastIndexOf('/') + 1);
      int ending = name.lastIndexOf('.');
      return new Key(task, ending < 0 ? name : name.substring(0, ending), bare(text));
    }

    /** Returns the key of a line of LLaVA's file, in which the image path begins with the task. */
    static Key ofPath(String image, String text, JsonLine line) {
      int slash = image.indexOf('/');
      String task = slash < 0 ? image : image.substring(0, slash);
      return of(Tasks.checked(task, line.where()), image, text);
    }

    /**
     * Returns the question alone. The releases write one space or two before the request; LLaVA's
     * file replaces the request by a line of its own.
     */
    private static String bare(String text) {
      String bare = text.strip();
      for (String suffix : new String[] {PromptProfile.LLAVA.suffix("mme").strip(), PLEASE}) {
        if (bare.endsWith(suffix)) {
          bare = bare.substring(0, bare.length() - suffix.length()).strip();
        }
      }
      return bare;
    }

    /** Returns the key of the pair, equal for the two questions about an image. */
    String pair() {
      return task + "/" + image;
    }

    /** Returns the key as {@link Benchmark#key} describes it. */
    String text() {
      return pair() + "\n" + question;
    }

    /** Returns the question's text in the release. */
    String official() {
      return question + " " + PLEASE;
    }
  }
}
