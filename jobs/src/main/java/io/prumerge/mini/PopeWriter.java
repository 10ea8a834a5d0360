package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.question.YesNoPair;
import io.prumerge.mini.question.YesNoQuestions;
import io.prumerge.mini.scene.SceneFacts;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import io.prumerge.mini.scene.Thing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * POPE (Li et al., "Evaluating object hallucination in large vision-language models", 2023): in
 * each setting, three present and three absent objects of every second picture with three kinds of
 * objects or more. The absent objects are any (random), the most frequent ones of the split
 * (popular), or those that occur most often together with the present ones (adversarial).
 *
 * <pre>
 * llava_pope_test.jsonl
 * coco/coco_pope_{random,popular,adversarial}.json
 * val2014/COCO_val2014_000000000001.jpg
 * </pre>
 */
final class PopeWriter implements MiniBenchmark {

  private static final int PRESENT = 3;
  private static final int EVERY = 2;

  private enum Setting {
    ADVERSARIAL(0),
    RANDOM(10_000_000),
    POPULAR(20_000_000);

    /** LLaVA's question id is the official id plus this offset. */
    private final int offset;

    Setting(int offset) {
      this.offset = offset;
    }

    String displayName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Path folder;
  private final String images;
  private final SplitFrequencies corpus;
  private final Map<Setting, JsonArrayWriter> labels = new EnumMap<>(Setting.class);
  private final Map<Setting, Integer> ids = new EnumMap<>(Setting.class);
  private final JsonArrayWriter questions;
  private int suited;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  PopeWriter(Path folder, Split split, SplitFrequencies corpus) throws IOException {
    this.folder = folder;
    this.images = CocoFolder.of(split);
    this.corpus = corpus;
    for (Setting setting : Setting.values()) {
      labels.put(
          setting,
          JsonArrayWriter.lines(
              folder.resolve(Text.format("coco/coco_pope_%s.json", setting.displayName()))));
    }
    questions = JsonArrayWriter.lines(folder.resolve("llava_pope_test.jsonl"));
  }

  @Override
  public String name() {
    return "pope";
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    List<Thing> things = new ArrayList<>(new SceneFacts(picture.scene()).things());
    if (things.size() < PRESENT || suited++ % EVERY != 0) {
      return;
    }
    SceneRandom random = picture.random(name());
    random.shuffle(things);
    List<Thing> present = things.subList(0, PRESENT);
    String image = picture.cocoName(images);
    picture.write(folder.resolve(images).resolve(image));
    for (Setting setting : Setting.values()) {
      List<Thing> absent = absent(setting, things, random);
      for (int i = 0; i < PRESENT; i++) {
        ask(setting, image, present.get(i), YesNoPair.YES);
        ask(setting, image, absent.get(i), YesNoPair.NO);
      }
    }
    tally = tally.with(2L * PRESENT * Setting.values().length);
  }

  private List<Thing> absent(Setting setting, List<Thing> things, SceneRandom random) {
    List<Thing> absent = new ArrayList<>(Thing.ALL);
    absent.removeAll(things);
    ToIntFunction<Thing> weight =
        switch (setting) {
          case RANDOM -> thing -> 0;
          case POPULAR -> corpus::images;
          case ADVERSARIAL ->
              thing -> things.stream().mapToInt(other -> corpus.together(thing, other)).sum();
        };
    // Ties come in random order; for RANDOM all are ties.
    random.shuffle(absent);
    absent.sort(Collections.reverseOrder(Comparator.comparingInt(weight)));
    return absent.subList(0, PRESENT);
  }

  private void ask(Setting setting, String image, Thing thing, String label) throws IOException {
    int id = ids.merge(setting, 1, Integer::sum);
    String text = YesNoQuestions.presence(thing);
    labels
        .get(setting)
        .add(
            JsonFields.of("question_id", id)
                .and("image", image)
                .and("text", text)
                .and("label", label)
                .map());
    questions.add(
        LlavaQuestionLine.line(
            setting.offset + id, image, Prompts.shortAnswer(text), setting.displayName()));
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    for (JsonArrayWriter file : labels.values()) {
      file.close();
    }
    questions.close();
  }
}
