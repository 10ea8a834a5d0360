package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of {@code conf} and others that a test makes from the code and compares. */
public final class GeneratedFile {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  private GeneratedFile() {}

  /** Leaves the text in {@code jobs/target}, and fails if the committed file is another. */
  public static void requireCurrent(String name, String made) throws IOException {
    requireCurrent("conf", name, made);
  }

  /** Does the same with a file of another folder. */
  public static void requireCurrent(String folder, String name, String made) throws IOException {
    Files.writeString(ROOT.resolve("jobs/target").resolve(name), made);
    requireCurrent(
        ROOT.resolve(folder).resolve(name),
        made,
        "cp jobs/target/%1$s %2$s/%1$s".formatted(name, folder));
  }

  /**
   * Fails if a committed file is another than the code makes it, and names the first line that
   * differs: such files have thousands.
   *
   * @param command what makes the file anew
   */
  public static void requireCurrent(Path file, String made, String command) throws IOException {
    String kept = Files.readString(file);
    List<String> old = List.of(kept.split("\n", -1));
    List<String> now = List.of(made.split("\n", -1));
    int line = 0;
    while (line < Math.min(old.size(), now.size()) && old.get(line).equals(now.get(line))) {
      line++;
    }
    assertThat(made.equals(kept))
        .as(
            "if the change is meant: %s (%s:%d is %s, and made of the code %s)",
            command, file.getFileName(), line + 1, shown(old, line), shown(now, line))
        .isTrue();
  }

  private static String shown(List<String> lines, int line) {
    return line < lines.size() ? "'" + lines.get(line) + "'" : "no line";
  }
}
