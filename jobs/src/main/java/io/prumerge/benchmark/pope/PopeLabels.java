package io.prumerge.benchmark.pope;

import io.prumerge.source.DataException;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * POPE's labels by (setting, image, question). The official evaluator pairs by position, which
 * silently goes wrong for LLaVA's 2,910 random questions with the 3,000-line label file. Pairing by
 * key works for both.
 */
final class PopeLabels {

  /** Where LLaVA's evaluation script keeps the label files, below the benchmark's folder. */
  static final String FOLDER = "coco";

  private static final String PREFIX = "coco_pope_";
  private static final String SUFFIX = ".json";
  static final List<String> SETTINGS = List.of("adversarial", "popular", "random");

  static final Set<String> LABELS = Set.of("yes", "no");

  private record Key(String image, String question) {
    static Key of(String image, String question) {
      return new Key(image, PopeAnswerKey.spelled(question));
    }
  }

  private record Label(String text, String where) {}

  private final Map<String, SideRows<Key, Label>> settings = new HashMap<>();

  private PopeLabels() {}

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
                Locale.ROOT, "Two label files named %s in %s; give one", name, source.described()));
      }
    }
    return files;
  }

  static PopeLabels read(SourceFiles source) throws IOException {
    PopeLabels labels = new PopeLabels();
    for (Map.Entry<String, Path> file : files(source).entrySet()) {
      SideRows<Key, Label> entries = new SideRows<>(source.leftOut());
      labels.settings.put(file.getKey(), entries);
      JsonLines.read(
          file.getValue(),
          source.hadoop(),
          source.leftOut().beside(file.getValue().getName()),
          line -> add(line, entries));
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

  private static void add(JsonLine line, SideRows<Key, Label> entries) {
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
    SideRows<Key, Label> entries = settings.get(setting);
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
