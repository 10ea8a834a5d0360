package io.prumerge.benchmark.pope;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SourceFiles;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/** Converts POPE's questions, in any layout. */
final class PopeQuestions {

  /** Columns of the Hugging Face tables, beside the images. */
  static final Set<String> COLUMNS =
      Set.of("question_id", "question", "answer", "image_source", "category", "image");

  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final Map<String, Integer> positions = new HashMap<>();

  PopeQuestions(PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.sink = sink;
  }

  /** Adds the question in a line of LLaVA's file, whose ids are unique over all settings. */
  void llava(JsonLine line, Labels labels) {
    JsonNode id = line.id("question_id");
    String image = ImageName.checked(line.text("image"), line);
    String setting = line.text("category");
    String text = line.text("text");
    String question = PromptProfile.question(PopeBenchmark.NAME, text);
    sink.accept(
        BenchmarkQuestion.of(
            id,
            Optional.of(new ImagePlace.InFolder(image)),
            prompts.prompt(PopeBenchmark.NAME, PromptParts.of(question), text),
            question,
            setting,
            List.of(labels.label(setting, image, question, line)),
            BenchmarkQuestion.SHORT_ANSWER));
  }

  /** Adds the question in a line of an official label file. */
  void official(String setting, JsonLine line) {
    String image = ImageName.checked(line.text("image"), line);
    accept(
        setting,
        line.number(),
        line.id("question_id"),
        Optional.of(new ImagePlace.InFolder(image)),
        line.text("text"),
        Labels.label(line));
  }

  /** Adds the question in a row of the Hugging Face table; many rows have the same image. */
  void hub(HuggingFaceRow row) {
    String setting = row.text("category");
    if (!Labels.SETTINGS.contains(setting)) {
      throw row.error(Labels.unknown(setting));
    }
    int position = positions.merge(setting, 1, Integer::sum);
    String label = row.text("answer");
    if (!Labels.LABELS.contains(label)) {
      throw row.error("\"answer\" must be yes or no, it is '" + label + "'");
    }
    accept(
        setting,
        position,
        row.id("question_id"),
        row.place("image", row.text("image_source"), 0),
        row.text("question"),
        label);
  }

  /**
   * Accepts a question. Official ids start again in every setting.
   *
   * @param position in the setting, from 1, which rows that are left out have too
   */
  private void accept(
      String setting,
      int position,
      JsonNode id,
      Optional<ImagePlace> image,
      String question,
      String label) {
    sink.accept(
        BenchmarkQuestion.of(
                id,
                image,
                prompts.prompt(PopeBenchmark.NAME, PromptParts.of(question)),
                question,
                setting,
                List.of(label),
                BenchmarkQuestion.SHORT_ANSWER)
            .withId(setting + "/" + position)
            .with(PopeBenchmark.KEY, AnswerKey.of(setting, position, question).text()));
  }

  /**
   * POPE's labels by (setting, image, question). The official evaluator pairs by position, which
   * silently goes wrong for LLaVA's 2,910 random questions with the 3,000-line label file. Pairing
   * by key works for both.
   */
  static final class Labels {

    /** Where LLaVA's evaluation script keeps the label files, below the benchmark's folder. */
    static final String FOLDER = "coco";

    private static final String PREFIX = "coco_pope_";
    private static final String SUFFIX = ".json";
    static final List<String> SETTINGS = List.of("adversarial", "popular", "random");

    static final Set<String> LABELS = Set.of("yes", "no");

    private record Key(String image, String question) {
      static Key of(String image, String question) {
        return new Key(image, AnswerKey.spelled(question));
      }
    }

    private record Label(String text, String where) {}

    private final Map<String, Map<Key, Label>> settings = new HashMap<>();

    private Labels() {}

    /**
     * Returns the official label files by setting.
     *
     * @throws DataException if a setting is unknown or has two files
     */
    static Map<String, Path> files(SourceFiles source) throws IOException {
      Map<String, Path> files = new TreeMap<>();
      for (Path file : source.matching(PREFIX, SUFFIX, FOLDER)) {
        String name = file.getName();
        String setting = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
        if (!SETTINGS.contains(setting)) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "Unknown POPE setting '%s' of label file %s; known: %s",
                  setting,
                  file,
                  String.join(", ", SETTINGS)));
        }
        if (files.put(setting, file) != null) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "Two label files named %s in %s; give one",
                  name,
                  source.described()));
        }
      }
      return files;
    }

    static Labels read(SourceFiles source) throws IOException {
      Labels labels = new Labels();
      for (Map.Entry<String, Path> file : files(source).entrySet()) {
        Map<Key, Label> entries = new HashMap<>();
        labels.settings.put(file.getKey(), entries);
        JsonLines.read(file.getValue(), source, line -> add(line, entries));
      }
      return labels;
    }

    /** Returns the label in a line of a label file. */
    static String label(JsonLine line) {
      String label = line.text("label");
      if (!LABELS.contains(label)) {
        throw line.error("\"label\" must be yes or no, it is '" + label + "'");
      }
      return label;
    }

    /** Returns the error text for an unknown setting. */
    static String unknown(String setting) {
      return String.format(
          Locale.ROOT,
          "unknown POPE setting '%s' in \"category\"; known: %s",
          setting,
          String.join(", ", SETTINGS));
    }

    private static void add(JsonLine line, Map<Key, Label> entries) {
      String label = label(line);
      Key key = Key.of(line.text("image"), line.text("text"));
      Label before = entries.putIfAbsent(key, new Label(label, line.where()));
      if (before != null && !before.text().equals(label)) {
        throw line.error(
                String.format(
                    Locale.ROOT,
                    "labelled %s, but %s in %s for the same image and question",
                    label,
                    before.text(),
                    before.where()))
            .ofFile();
      }
    }

    /** Returns the label of the question in {@code line}. */
    String label(String setting, String image, String question, JsonLine line) {
      if (!SETTINGS.contains(setting)) {
        throw line.error(unknown(setting));
      }
      Map<Key, Label> entries = settings.get(setting);
      if (entries == null) {
        throw line.error(
                String.format(
                    Locale.ROOT,
                    "no label file %s%s%s in the source folders or their %s/ for this question",
                    PREFIX,
                    setting,
                    SUFFIX,
                    FOLDER))
            .ofFile();
      }
      Label label = entries.get(Key.of(image, question));
      if (label == null) {
        throw line.error(
                String.format(
                    Locale.ROOT,
                    "%s%s%s has no label for image %s, question '%s'",
                    PREFIX,
                    setting,
                    SUFFIX,
                    image,
                    question))
            .unmatched();
      }
      return label.text();
    }
  }

  /**
   * The key that matches official answers to POPE. They have no ids: the n-th line of a setting's
   * file answers its n-th question. By position alone, answers to the 2,910 random questions would
   * silently be compared with the labels of the 3,000. The question in the key prevents that.
   *
   * @param setting one of {@link Labels#SETTINGS}
   * @param position in the setting, from 1
   * @param question in the comparable form of {@link #of}
   */
  record AnswerKey(String setting, int position, String question) {

    /** Returns the key of a question in any file, with or without a suffix. */
    static AnswerKey of(String setting, int position, String text) {
      return new AnswerKey(
          setting,
          position,
          spelled(PythonText.lower(text.lines().findFirst().orElse("").strip())));
    }

    /** Corrects "imange", a misspelling in the first release and LLaVA's copy. */
    static String spelled(String question) {
      return question.replace("imange", "image");
    }

    /** Returns the key as {@link Benchmark#key} describes it. */
    String text() {
      return String.format(Locale.ROOT, "%s %d: %s", setting, position, question);
    }
  }
}
