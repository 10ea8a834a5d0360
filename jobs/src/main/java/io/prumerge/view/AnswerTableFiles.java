package io.prumerge.view;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The files of answers to read, all on this machine.
 *
 * @param predictions of the table of this name
 * @param scores likewise
 */
record AnswerTableFiles(List<String> predictions, List<String> scores) {
  AnswerTableFiles {
    predictions = List.copyOf(predictions);
    scores = List.copyOf(scores);
  }

  /**
   * Links files whose names DuckDB would take for patterns, and returns all by usable names.
   *
   * @param folder for links to those that have others
   */
  AnswerTableFiles linked(Path folder) throws IOException {
    return new AnswerTableFiles(linked(predictions, folder), linked(scores, folder));
  }

  private static List<String> linked(List<String> files, Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (String file : files) {
      if (AnswerDatabase.PATTERN.matcher(file).find()) {
        java.nio.file.Files.createDirectories(folder);
        Path link = folder.resolve(UUID.randomUUID() + ".parquet");
        names.add(java.nio.file.Files.createSymbolicLink(link, Path.of(file)).toString());
      } else {
        names.add(file);
      }
    }
    return names;
  }

  List<String> all() {
    List<String> all = new ArrayList<>(predictions);
    all.addAll(scores);
    return all;
  }
}
