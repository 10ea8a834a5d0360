package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.OpenQuestions;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.question.YesNoPair;
import io.prumerge.mini.question.YesNoQuestions;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * VQAv2 (Goyal et al., 2017): one question about every picture; two of five are yes/no questions.
 *
 * <pre>
 * v2_OpenEnded_mscoco_val2014_questions.json
 * v2_mscoco_val2014_annotations.json
 * llava_vqav2_mscoco_val2014.jsonl
 * val2014/COCO_val2014_000000000001.jpg
 * </pre>
 *
 * Names of the train split have train2014 instead.
 */
final class VqaWriter implements MiniBenchmark {

  private static final int QUESTIONS_PER_IMAGE_ID = 1000;
  private static final int YES_NO_PERCENT = 40;
  private static final Map<String, String> LICENSE = Map.of("name", "Apache License 2.0");

  private record Answered(String text, String answer) {}

  private record Side(String form, String answer) {}

  private final Path folder;
  private final String images;
  private final YesNoQuestions yesNo;
  private final OpenQuestions openQuestions;
  private final Balance statements = new Balance();
  private final Balance open = new Balance();
  private final JsonArrayWriter asked;
  private final JsonArrayWriter annotations;
  private final JsonArrayWriter questions;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  VqaWriter(Path folder, Split split, SplitFrequencies corpus) throws IOException {
    this.folder = folder;
    images = CocoFolder.of(split);
    yesNo = new YesNoQuestions(corpus);
    openQuestions = new OpenQuestions(corpus);
    JsonFields info =
        JsonFields.of("description", "A miniature in the format of VQA v2.0: generated pictures.")
            .and("version", "1.0");
    asked =
        JsonArrayWriter.document(
            folder.resolve(Text.format("v2_OpenEnded_mscoco_%s_questions.json", images)),
            JsonFields.of("info", info.map())
                .and("task_type", "Open-Ended")
                .and("data_type", "mscoco")
                .and("license", LICENSE)
                .and("data_subtype", images)
                .map(),
            "questions");
    annotations =
        JsonArrayWriter.document(
            folder.resolve(Text.format("v2_mscoco_%s_annotations.json", images)),
            JsonFields.of("info", info.map())
                .and("license", LICENSE)
                .and("data_subtype", images)
                .and("data_type", "mscoco")
                .map(),
            "annotations");
    questions =
        JsonArrayWriter.lines(folder.resolve(Text.format("llava_vqav2_mscoco_%s.jsonl", images)));
  }

  @Override
  public String name() {
    return "vqav2";
  }

  /** Returns the path of the picture below {@code DIR}. Every picture has a question. */
  static String image(ScenePicture picture) {
    String images = CocoFolder.of(picture.scene().split());
    return Text.format("vqav2/%s/%s", images, picture.cocoName(images));
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    SceneRandom random = picture.random(name());
    OpenQuestion question = question(picture.scene(), random);
    String image = picture.cocoName(images);
    picture.write(folder.resolve(images).resolve(image));
    long id = (long) picture.number() * QUESTIONS_PER_IMAGE_ID;
    asked.add(
        JsonFields.of("image_id", picture.number())
            .and("question", question.text())
            .and("question_id", id)
            .map());
    annotations.add(
        JsonFields.of("question_type", question.start())
            .and("multiple_choice_answer", question.answer())
            .and("answers", answers(question, random))
            .and("image_id", picture.number())
            .and("answer_type", question.type().displayName())
            .and("question_id", id)
            .map());
    questions.add(
        LlavaQuestionLine.line(id, image, Prompts.shortAnswer(question.text()), "default"));
    tally = tally.with(1);
  }

  private OpenQuestion question(Scene scene, SceneRandom random) {
    if (random.chance(YES_NO_PERCENT)) {
      List<YesNoPair> pairs =
          new ArrayList<>(
              yesNo.of(scene, random).stream()
                  .filter(pair -> !pair.form().equals("word"))
                  .toList());
      random.shuffle(pairs);
      YesNoPair pair = statements.rarest(pairs, YesNoPair::form);
      return pair.asked(
          statements.rarest(
              List.of(YesNoPair.YES, YesNoPair.NO), answer -> new Side(pair.form(), answer)));
    }
    List<OpenQuestion> questions = new ArrayList<>(openQuestions.of(scene, random));
    random.shuffle(questions);
    List<String> forms = questions.stream().map(OpenQuestion::form).distinct().toList();
    String form = open.rarest(forms, one -> one);
    return open.rarest(
        questions.stream().filter(one -> one.form().equals(form)).toList(),
        one -> new Answered(one.text(), one.answer()));
  }

  private static List<Map<String, Object>> answers(OpenQuestion question, SceneRandom random) {
    List<String> answers =
        Annotators.answers(question.answer(), Annotators.others(question, random), random);
    return IntStream.range(0, answers.size())
        .mapToObj(
            i ->
                JsonFields.of("answer", answers.get(i).toLowerCase(Locale.ROOT))
                    .and(
                        "answer_confidence",
                        answers.get(i).equals(question.answer()) ? "yes" : "maybe")
                    .and("answer_id", i + 1)
                    .map())
        .toList();
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    asked.close();
    annotations.close();
    questions.close();
  }
}
