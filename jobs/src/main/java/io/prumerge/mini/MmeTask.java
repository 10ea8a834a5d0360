package io.prumerge.mini;

import io.prumerge.mini.question.YesNoPair;
import java.util.Locale;
import java.util.Set;

/** The subtasks of MME that can be asked about the miniature pictures. */
enum MmeTask {
  EXISTENCE("existence", Layout.FLAT, "thing", "any"),
  COUNT("count", Layout.FLAT, "count"),
  POSITION("position", Layout.FLAT, "relation", "side"),
  COLOR("color", Layout.FLAT, "color"),
  SCENE("scene", Layout.FOLDERS, "background"),
  OCR("OCR", Layout.FLAT, "word"),
  COMMONSENSE_REASONING("commonsense_reasoning", Layout.FLAT, "more", "taller", "tallest"),
  NUMERICAL_CALCULATION("numerical_calculation", Layout.FLAT, "sum");

  /** The folder layout of a task in the official release. */
  private enum Layout {
    /** Images and texts side by side. */
    FLAT("", ""),
    FOLDERS("images/", "questions_answers_YN/");

    private final String images;
    private final String texts;

    Layout(String images, String texts) {
      this.images = images;
      this.texts = texts;
    }
  }

  private final String folder;
  private final Layout layout;
  private final Set<String> forms;

  MmeTask(String folder, Layout layout, String... forms) {
    this.folder = folder;
    this.layout = layout;
    this.forms = Set.of(forms);
  }

  /** Name of the task's folder and file. */
  String folder() {
    return folder;
  }

  /** Path of an image below the release's folder. */
  String image(String stem) {
    return String.format(Locale.ROOT, "%s/%s%s.png", folder, layout.images, stem);
  }

  /** Path of an image's questions below the release's folder. */
  String text(String stem) {
    return String.format(Locale.ROOT, "%s/%s%s.txt", folder, layout.texts, stem);
  }

  boolean asks(YesNoPair pair) {
    return forms.contains(pair.form());
  }
}
