package io.prumerge.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Gives folders and files, by turns, two kinds of names that some library takes for a pattern, a
 * URL or a list.
 */
final class OddNames implements UnaryOperator<String> {

  /** No path may have both a colon and a brace. */
  private static final List<String> SUFFIXES = List.of(" [a]{b,c}*?\\%20+#;\u00e9", ":x y");

  /** What the first of them matches as a pattern. */
  private static final String MATCHED = " abxy%20+#;\u00e9";

  private final Path folder;
  private final int first;
  private final Map<String, Path> places = new HashMap<>();

  /**
   * @param first the kind of the first name; the other kind is 1 minus it
   */
  OddNames(Path folder, int first) throws IOException {
    this.folder = folder;
    this.first = first;
    for (String suffix : SUFFIXES) {
      Files.createDirectories(folder.resolve("in" + suffix));
    }
  }

  /** Returns the path of a folder or file by its plain name; the same each time. */
  Path place(String name) {
    String suffix = SUFFIXES.get((first + places.size()) % SUFFIXES.size());
    return places.computeIfAbsent(
        name, unused -> folder.resolve("in" + suffix).resolve(name + suffix));
  }

  /** Returns where a name of the first kind leads as a pattern. */
  Path matched(String name) {
    return folder.resolve("in" + MATCHED).resolve(name + MATCHED);
  }

  @Override
  public String apply(String name) {
    return place(name).toString();
  }
}
