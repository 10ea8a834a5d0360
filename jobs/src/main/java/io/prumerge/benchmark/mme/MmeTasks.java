package io.prumerge.benchmark.mme;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.List;
import java.util.stream.Stream;

/** MME's fourteen tasks, in the order of its {@code calculation.py}. */
final class MmeTasks {

  static final List<String> PERCEPTION =
      List.of(
          "existence",
          "count",
          "position",
          "color",
          "posters",
          "celebrity",
          "scene",
          "landmark",
          "artwork",
          "OCR");

  static final List<String> COGNITION =
      List.of(
          "commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning");

  static final List<String> ALL = Stream.of(PERCEPTION, COGNITION).flatMap(List::stream).toList();

  private MmeTasks() {}

  /**
   * Checks a task's name from a file.
   *
   * @param where {@code file:line} or the like
   * @throws DataException naming the known ones
   */
  static String checked(String task, String where) {
    if (!ALL.contains(task)) {
      throw new DataException(
          Text.format("%s: unknown MME task '%s'; known: %s", where, task, String.join(", ", ALL)));
    }
    return task;
  }
}
