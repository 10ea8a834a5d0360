package io.prumerge.mini;

import io.prumerge.mini.JsonArrayWriter.Fields;
import io.prumerge.mini.MiniBenchmark.ScenePicture;
import io.prumerge.mini.MiniFolder.WrittenCounts;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.Misreading;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.question.WordQuestions;
import io.prumerge.mini.scene.Box;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * TextVQA (Singh et al., 2019): three questions about every picture with a word.
 *
 * <pre>
 * TextVQA_0.5.1_val.json
 * TextVQA_Rosetta_OCR_v0.2_val.json
 * llava_textvqa_val_v051_ocr.jsonl
 * train_images/0123456789abcdef.jpg   for both splits, as in the original
 * </pre>
 *
 * Names of the train split have train instead of val.
 */
final class TextVqaWriter implements MiniBenchmark {

  static final String WHOLE = "whole";
  private static final int QUESTIONS = 3;
  private static final String IMAGES = "train_images";

  /** Words that TextVQA's answer processor deletes, so any answer would be right. */
  private static final Set<String> ARTICLES = Set.of("A", "AN", "THE");

  private final Path folder;
  private final String set;
  private final Balance balance = new Balance();
  private final JsonArrayWriter annotations;
  private final JsonArrayWriter readings;
  private final JsonArrayWriter questions;
  private int lastId;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  TextVqaWriter(Path folder, Split split) throws IOException {
    this.folder = folder;
    set =
        switch (split) {
          case TRAIN -> "train";
          case TEST -> "val";
        };
    annotations = document("TextVQA_0.5.1_%s.json", "textvqa", "0.5.1");
    readings = document("TextVQA_Rosetta_OCR_v0.2_%s.json", "textvqa_ocr", "0.2");
    questions =
        JsonArrayWriter.lines(
            folder.resolve(String.format(Locale.ROOT, "llava_textvqa_%s_v051_ocr.jsonl", set)));
  }

  private JsonArrayWriter document(String file, String name, String version) throws IOException {
    return JsonArrayWriter.document(
        folder.resolve(String.format(Locale.ROOT, file, set)),
        Fields.of("dataset_type", set)
            .and("dataset_name", name)
            .and("dataset_version", version)
            .map(),
        "data");
  }

  @Override
  public String name() {
    return "textvqa";
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    if (picture.scene().word().isEmpty()) {
      return;
    }
    PrintedWord word = picture.scene().word().get();
    SceneRandom random = picture.random(name());
    List<OpenQuestion> chosen = chosen(word, random);
    if (chosen.isEmpty()) {
      return;
    }
    String id = String.format(Locale.ROOT, "%016x", random.next());
    picture.write(folder.resolve(IMAGES).resolve(id + ".jpg"));
    List<String> tokens = OcrReader.tokens(word, random);
    readings.add(reading(id, tokens, word.box()));
    for (OpenQuestion question : chosen) {
      annotations.add(annotation(id, question, random));
      questions.add(
          LlavaQuestion.line(id, id + ".jpg", Prompts.withOcr(question.text(), tokens), "default"));
    }
    tally = tally.with(chosen.size());
  }

  private List<OpenQuestion> chosen(PrintedWord word, SceneRandom random) {
    List<OpenQuestion> open =
        new ArrayList<>(
            WordQuestions.of(word).stream()
                .filter(question -> !ARTICLES.contains(question.answer()))
                .toList());
    random.shuffle(open);
    List<OpenQuestion> chosen = new ArrayList<>();
    open.stream().filter(question -> question.form().equals(WHOLE)).forEach(chosen::add);
    open.removeAll(chosen);
    while (chosen.size() < QUESTIONS && !open.isEmpty()) {
      OpenQuestion question = balance.rarest(open, OpenQuestion::form);
      chosen.add(question);
      open.remove(question);
    }
    return chosen;
  }

  private Map<String, Object> annotation(String id, OpenQuestion question, SceneRandom random) {
    String bare = question.text().toLowerCase(Locale.ROOT).replace("?", "");
    return Fields.of("question", question.text())
        .and("image_id", id)
        .and("image_classes", List.of("Sign"))
        .and("flickr_original_url", "")
        .and("flickr_300k_url", "")
        .and("image_width", Scene.SIDE)
        .and("image_height", Scene.SIDE)
        .and(
            "answers",
            Annotators.answers(question.answer(), Annotators.others(question, random), random))
        .and("question_tokens", Arrays.asList(bare.split(" ")))
        .and("question_id", ++lastId)
        .and("set_name", set)
        .map();
  }

  private static Map<String, Object> reading(String id, List<String> tokens, Box box) {
    double side = Scene.SIDE;
    return Fields.of("image_id", id)
        .and("ocr_tokens", tokens)
        .and(
            "ocr_info",
            tokens.stream()
                .map(
                    token ->
                        Fields.of("word", token)
                            .and(
                                "bounding_box",
                                Fields.of("top_left_x", box.left() / side)
                                    .and("top_left_y", box.top() / side)
                                    .and("width", box.width() / side)
                                    .and("height", box.height() / side)
                                    .and("rotation", 0)
                                    .and("roll", 0)
                                    .and("pitch", 0)
                                    .and("yaw", 0)
                                    .map())
                            .map())
                .toList())
        .map();
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    annotations.close();
    readings.close();
    questions.close();
  }

  /**
   * A poor OCR system, as Rosetta was: it reads one word in five correctly, misreads one in five,
   * and misses the rest. Most answers therefore have to come from the picture.
   */
  static final class OcrReader {

    private static final int RIGHT = 20;
    private static final int WRONG = 20;

    private OcrReader() {}

    /** Returns the tokens read: none or one. */
    static List<String> tokens(PrintedWord word, SceneRandom random) {
      int luck = random.below(100);
      if (luck < RIGHT) {
        return List.of(word.text());
      }
      return luck < RIGHT + WRONG ? List.of(Misreading.of(word.text(), random)) : List.of();
    }
  }
}
