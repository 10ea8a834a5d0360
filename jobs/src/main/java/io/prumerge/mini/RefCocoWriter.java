package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.Phrase;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.scene.Box;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * RefCOCO (Yu et al., 2016) in the files of lichengunc/refer: a phrase for up to two things in
 * every picture.
 *
 * <pre>
 * refs(unc).p          pickled
 * instances.json
 * train2014/COCO_train2014_000000000001.jpg   for both splits, as in the original
 * </pre>
 *
 * <p>Objects of the test split belong to RefCOCO's split val. For the train split it also writes
 * {@code train-refcoco.json}, as {@link TrainingWriter} does, with up to four phrases per picture
 * and boxes as LLaVA says them. Kinds: {@code refer/FORM}.
 */
final class RefCocoWriter implements MiniBenchmark {

  static final String NAME = "refcoco";
  static final String TRAINING = "train-refcoco.json";

  private static final int REFERENTS = 2;
  private static final int TRAINED = 4;
  private static final int CATEGORY = 1;

  private final Path folder;
  private final String set;
  private final String images = CocoFolder.of(Split.TRAIN);
  private final Balance forms = new Balance();
  private final Balance trained = new Balance();
  private final Pickle refs;
  private final List<Map<String, Object>> pictures = new ArrayList<>();
  private final List<Map<String, Object>> annotations = new ArrayList<>();
  private final Optional<Conversations> training;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  /**
   * @param parent the folder of all benchmarks
   */
  RefCocoWriter(Path parent, Split split) throws IOException {
    folder = Files.createDirectories(parent.resolve(NAME));
    set =
        switch (split) {
          case TRAIN -> "train";
          case TEST -> "val";
        };
    refs = new Pickle(folder.resolve("refs(unc).p"));
    training =
        split == Split.TRAIN
            ? Optional.of(new Conversations(parent.resolve(TRAINING)))
            : Optional.empty();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    SceneRandom random = picture.random(NAME);
    List<Phrase> phrases = Phrase.of(picture.scene());
    random.shuffle(phrases);
    List<Phrase> chosen = chosen(phrases);
    if (!chosen.isEmpty()) {
      String file = picture.cocoName(images);
      picture.write(folder.resolve(images).resolve(file));
      pictures.add(
          JsonFields.of("file_name", file)
              .and("height", Scene.SIDE)
              .and("width", Scene.SIDE)
              .and("id", picture.number())
              .map());
      for (Phrase phrase : chosen) {
        add(phrase, picture, file);
      }
      tally = tally.with(chosen.size());
    }
    if (training.isPresent()) {
      train(training.get(), picture, phrases);
    }
  }

  /** Returns phrases of the rarest forms, one for a thing. */
  private List<Phrase> chosen(List<Phrase> phrases) {
    List<Phrase> rest = new ArrayList<>(phrases);
    List<Phrase> chosen = new ArrayList<>();
    while (chosen.size() < REFERENTS && !rest.isEmpty()) {
      Phrase phrase = forms.rarest(rest, Phrase::form);
      chosen.add(phrase);
      rest.removeIf(other -> other.box().equals(phrase.box()));
    }
    return chosen;
  }

  private void add(Phrase phrase, ScenePicture picture, String file) throws IOException {
    int id = annotations.size() + 1;
    Box box = phrase.box();
    annotations.add(
        JsonFields.of("area", box.width() * box.height())
            .and("iscrowd", 0)
            .and("image_id", picture.number())
            .and("bbox", List.of(box.left(), box.top(), box.width(), box.height()))
            .and("category_id", CATEGORY)
            .and("id", id)
            .map());
    Map<String, Object> sentence =
        JsonFields.of("tokens", Arrays.asList(phrase.text().split(" ")))
            .and("raw", phrase.text())
            .and("sent_id", id)
            .and("sent", phrase.text())
            .map();
    refs.add(
        JsonFields.of("sent_ids", List.of(id))
            .and("file_name", file)
            .and("ann_id", id)
            .and("ref_id", id)
            .and("image_id", picture.number())
            .and("split", set)
            .and("sentences", List.of(sentence))
            .and("category_id", CATEGORY)
            .map());
  }

  private void train(Conversations training, ScenePicture picture, List<Phrase> phrases)
      throws IOException {
    List<Phrase> rest = new ArrayList<>(phrases);
    for (int i = 0; i < TRAINED && !rest.isEmpty(); i++) {
      Phrase phrase = trained.rarest(rest, Phrase::form);
      rest.remove(phrase);
      training.seen(
          picture.scene().id() + "-refer" + i,
          VqaWriter.image(picture),
          "refer/" + phrase.form(),
          Prompts.box(phrase.text()),
          said(phrase.box()));
    }
  }

  /** Returns a box as LLaVA says it: the edges' places in the picture from 0 to 1. */
  static String said(Box box) {
    double side = Scene.SIDE;
    return Text.format(
        "[%.2f, %.2f, %.2f, %.2f]",
        box.left() / side, box.top() / side, box.right() / side, box.bottom() / side);
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    refs.close();
    try (JsonArrayWriter instances =
        JsonArrayWriter.document(
            folder.resolve("instances.json"),
            JsonFields.of(
                    "info",
                    JsonFields.of(
                            "description", "A miniature in the format of COCO: generated pictures.")
                        .and("version", "1.0")
                        .map())
                .and("images", pictures)
                .and("licenses", List.of())
                .and(
                    "categories", List.of(JsonFields.of("id", CATEGORY).and("name", "thing").map()))
                .map(),
            "annotations")) {
      for (Map<String, Object> annotation : annotations) {
        instances.add(annotation);
      }
    }
    if (training.isPresent()) {
      training.get().close();
    }
  }

  /** Writes a list in Python's pickle protocol 0, in which the published files are. */
  private static final class Pickle implements AutoCloseable {

    private final BufferedWriter out;

    Pickle(Path file) throws IOException {
      out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
      out.write("(l");
    }

    /** Adds an element of maps, lists, integers and texts without backslashes and line ends. */
    void add(Map<String, ?> element) throws IOException {
      out.write(pickled(element) + "a");
    }

    private static String pickled(Object value) {
      if (value instanceof Map<?, ?> map) {
        return map.entrySet().stream()
            .map(entry -> pickled(entry.getKey()) + pickled(entry.getValue()) + "s")
            .collect(Collectors.joining("", "(d", ""));
      }
      if (value instanceof List<?> list) {
        return list.stream()
            .map(element -> pickled(element) + "a")
            .collect(Collectors.joining("", "(l", ""));
      }
      return (value instanceof Integer ? "I" : "V") + value + "\n";
    }

    @Override
    public void close() throws IOException {
      try (out) {
        out.write(".");
      }
    }
  }
}
