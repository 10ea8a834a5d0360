package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.ChoicePoser;
import io.prumerge.mini.question.ChoiceQuestion;
import io.prumerge.mini.question.ChoiceQuestions;
import io.prumerge.mini.question.LookUps;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.OpenQuestions;
import io.prumerge.mini.question.PosedChoice;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.question.WordQuestions;
import io.prumerge.mini.question.YesNoPair;
import io.prumerge.mini.question.YesNoQuestions;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The training data: {@code train.json}, an array in LLaVA's form with one record per line and
 * question.
 *
 * <pre>
 * {"id": "train-1-000000-0", "image": "vqav2/train2014/COCO_….jpg", "kind": "open/color",
 *  "conversations": [{"from": "human", "value": "&lt;image>\n…"}, {"from": "gpt", "value": "red"}]}
 * </pre>
 *
 * The id starts with {@link Scene#id()}, the key of {@code scenes.parquet}. Kinds:
 *
 * <ul>
 *   <li>{@code caption}: {@link Scene#caption()}
 *   <li>{@code open/FORM}: a question with a one-word answer, in VQAv2's form
 *   <li>{@code yesno/FORM}: alternately true and false statements, as in POPE, MME and VQAv2
 *   <li>{@code word/FORM}: the printed word and its letters, without OCR tokens
 *   <li>{@code textvqa/FORM}: the same with the line of OCR tokens
 *   <li>{@code lookup/N}: multiple choice of N options without a picture; no field {@code image}
 *   <li>{@code scienceqa/N/TOPIC}, {@code mmbench/N/TOPIC}: multiple choice of N options about a
 *       picture; the answer is a letter
 * </ul>
 */
final class TrainingWriter implements MiniBenchmark {

  static final String FILE = "train.json";

  private static final int OPEN = 8;
  private static final int PAIRS = 5;
  private static final int TEXT_VQA = 3;
  private static final int LOOK_UPS = 2;
  private static final int CHOICES = 2;
  private static final int MOST_SCIENCE_OPTIONS = 5;
  private static final int MOST_MMBENCH_OPTIONS = 4;

  private record Answered(String text, String answer) {}

  private final Conversations records;
  private final YesNoQuestions yesNo;
  private final OpenQuestions openQuestions;
  private final ChoiceQuestions choices;
  private final Balance openBalance = new Balance();
  private final Balance statementBalance = new Balance();
  private final ChoicePoser science = new ChoicePoser(MOST_SCIENCE_OPTIONS);
  private final ChoicePoser mmBench = new ChoicePoser(MOST_MMBENCH_OPTIONS);
  private WrittenCounts tally = WrittenCounts.NOTHING;
  private int written;

  TrainingWriter(Path folder, SplitFrequencies corpus) throws IOException {
    records = new Conversations(folder.resolve(FILE));
    yesNo = new YesNoQuestions(corpus);
    openQuestions = new OpenQuestions(corpus);
    choices = new ChoiceQuestions(corpus);
  }

  @Override
  public String name() {
    return FILE;
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    written = 0;
    SceneRandom random = picture.random(name());
    Scene scene = picture.scene();
    seen(picture, "caption", "Describe the image.", scene.caption());
    open(picture, random);
    statements(picture, random);
    if (scene.word().isPresent()) {
      words(picture, scene.word().get(), random);
    }
    for (int i = 0; i < LOOK_UPS; i++) {
      PosedChoice choice = science.posed(LookUps.draw(random), random);
      unseen(
          picture,
          "lookup/" + choice.options().size(),
          Prompts.letterAnswer(Prompts.cqm(choice)),
          choice.letter());
    }
    for (int i = 0; i < CHOICES; i++) {
      List<ChoiceQuestion> all = choices.of(scene, random);
      PosedChoice one = science.posed(science.chosen(all, random), random);
      seen(picture, kind("scienceqa", one), Prompts.letterAnswer(Prompts.cqm(one)), one.letter());
      PosedChoice two = mmBench.posed(mmBench.chosen(all, random), random);
      seen(picture, kind("mmbench", two), Prompts.letterAnswer(Prompts.mmBench(two)), two.letter());
    }
    tally = tally.with(written);
  }

  private void open(ScenePicture picture, SceneRandom random) throws IOException {
    List<OpenQuestion> questions = new ArrayList<>(openQuestions.of(picture.scene(), random));
    random.shuffle(questions);
    for (int i = 0; i < OPEN && !questions.isEmpty(); i++) {
      OpenQuestion question = rarest(questions);
      questions.remove(question);
      seen(
          picture,
          "open/" + question.form(),
          Prompts.shortAnswer(question.text()),
          question.answer());
    }
  }

  /** Returns the question of the rarest form, and of that form the one with the rarest answer. */
  private OpenQuestion rarest(List<OpenQuestion> questions) {
    String form =
        openBalance.rarest(
            questions.stream().map(OpenQuestion::form).distinct().toList(), one -> one);
    return openBalance.rarest(
        questions.stream().filter(question -> question.form().equals(form)).toList(),
        question -> new Answered(question.text(), question.answer()));
  }

  private void statements(ScenePicture picture, SceneRandom random) throws IOException {
    List<YesNoPair> pairs = new ArrayList<>(yesNo.of(picture.scene(), random));
    random.shuffle(pairs);
    for (int i = 0; i < PAIRS && !pairs.isEmpty(); i++) {
      YesNoPair pair = statementBalance.rarest(pairs, YesNoPair::form);
      pairs.remove(pair);
      statement(picture, pair);
    }
    for (YesNoPair pair : yesNo.mixed(picture.scene(), random)) {
      statement(picture, pair);
    }
  }

  private void statement(ScenePicture picture, YesNoPair pair) throws IOException {
    for (String answer : List.of(YesNoPair.YES, YesNoPair.NO)) {
      seen(picture, "yesno/" + pair.form(), Prompts.shortAnswer(pair.asked(answer).text()), answer);
    }
  }

  private void words(ScenePicture picture, PrintedWord word, SceneRandom random)
      throws IOException {
    List<OpenQuestion> questions = new ArrayList<>(WordQuestions.of(word));
    for (OpenQuestion question : questions) {
      seen(
          picture,
          "word/" + question.form(),
          Prompts.shortAnswer(question.text()),
          question.answer());
    }
    List<String> tokens = OcrReader.tokens(word, random);
    random.shuffle(questions);
    for (OpenQuestion question : questions.subList(0, TEXT_VQA)) {
      seen(
          picture,
          "textvqa/" + question.form(),
          Prompts.withOcr(question.text(), tokens),
          question.answer());
    }
  }

  private static String kind(String benchmark, PosedChoice choice) {
    return Text.format(
        "%s/%d/%s",
        benchmark, choice.options().size(), choice.topic().name().toLowerCase(Locale.ROOT));
  }

  private void seen(ScenePicture picture, String kind, String prompt, String answer)
      throws IOException {
    records.seen(id(picture), VqaWriter.image(picture), kind, prompt, answer);
    written++;
  }

  private void unseen(ScenePicture picture, String kind, String prompt, String answer)
      throws IOException {
    records.unseen(id(picture), kind, prompt, answer);
    written++;
  }

  private String id(ScenePicture picture) {
    return picture.scene().id() + "-" + written;
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
