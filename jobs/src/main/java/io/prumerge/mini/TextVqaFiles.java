package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.scene.Box;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The files of TextVQA, about any pictures with text:
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
final class TextVqaFiles implements AutoCloseable {

  private static final String IMAGES = "train_images";

  private final Path folder;
  private final String set;
  private final String shown;
  private final JsonArrayWriter annotations;
  private final JsonArrayWriter readings;
  private final JsonArrayWriter questions;
  private int lastId;

  /**
   * @param shown the class of all pictures
   */
  TextVqaFiles(Path folder, Split split, String shown) throws IOException {
    this.folder = folder;
    this.shown = shown;
    set =
        switch (split) {
          case TRAIN -> "train";
          case TEST -> "val";
        };
    annotations = document("TextVQA_0.5.1_%s.json", "textvqa", "0.5.1");
    readings = document("TextVQA_Rosetta_OCR_v0.2_%s.json", "textvqa_ocr", "0.2");
    questions =
        JsonArrayWriter.lines(folder.resolve(Text.format("llava_textvqa_%s_v051_ocr.jsonl", set)));
  }

  private JsonArrayWriter document(String file, String name, String version) throws IOException {
    return JsonArrayWriter.document(
        folder.resolve(Text.format(file, set)),
        JsonFields.of("dataset_type", set)
            .and("dataset_name", name)
            .and("dataset_version", version)
            .map(),
        "data");
  }

  /** Returns the file of a picture. */
  Path image(String id) {
    return folder.resolve(IMAGES).resolve(id + ".jpg");
  }

  /**
   * Writes the questions about one picture.
   *
   * @param id of the picture
   * @param tokens what an OCR system read
   * @param box where it read them
   */
  void add(String id, List<OpenQuestion> asked, List<String> tokens, Box box, SceneRandom random)
      throws IOException {
    readings.add(reading(id, tokens, box));
    for (OpenQuestion question : asked) {
      annotations.add(annotation(id, question, random));
      questions.add(
          LlavaQuestionLine.line(
              id, id + ".jpg", Prompts.withOcr(question.text(), tokens), "default"));
    }
  }

  private Map<String, Object> annotation(String id, OpenQuestion question, SceneRandom random) {
    String bare = question.text().toLowerCase(Locale.ROOT).replace("?", "");
    return JsonFields.of("question", question.text())
        .and("image_id", id)
        .and("image_classes", List.of(shown))
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
    return JsonFields.of("image_id", id)
        .and("ocr_tokens", tokens)
        .and(
            "ocr_info",
            tokens.stream()
                .map(
                    token ->
                        JsonFields.of("word", token)
                            .and(
                                "bounding_box",
                                JsonFields.of("top_left_x", box.left() / side)
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
  public void close() throws IOException {
    annotations.close();
    readings.close();
    questions.close();
  }
}
