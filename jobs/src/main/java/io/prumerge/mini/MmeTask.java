package io.prumerge.mini;

import java.util.Set;

/** Those of MME's subtasks that the miniature pictures can stand for. */
enum MmeTask {
  EXISTENCE("existence", Layout.FLAT, "thing", "any"),
  COUNT("count", Layout.FLAT, "count"),
  POSITION("position", Layout.FLAT, "relation", "side"),
  COLOR("color", Layout.FLAT, "color"),
  SCENE("scene", Layout.FOLDERS, "background"),
  OCR("OCR", Layout.FLAT, "word"),
  COMMONSENSE_REASONING("commonsense_reasoning", Layout.FLAT, "more", "taller", "tallest"),
  NUMERICAL_CALCULATION("numerical_calculation", Layout.FLAT, "sum");

  /** How the official release lays a task out. */
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

  /** The name of its folder and its file. */
  String folder() {
    return folder;
  }

  /** Path of an image below the release's folder. */
  String image(String stem) {
    return "%s/%s%s.png".formatted(folder, layout.images, stem);
  }

  /** Path of the questions about it. */
  String text(String stem) {
    return "%s/%s%s.txt".formatted(folder, layout.texts, stem);
  }

  boolean asks(YesNoPair pair) {
    return forms.contains(pair.form());
  }
}
