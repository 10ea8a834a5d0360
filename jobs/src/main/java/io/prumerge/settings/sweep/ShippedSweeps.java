package io.prumerge.settings.sweep;

import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.location.ShippedConf;
import io.prumerge.service.Unknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sweep files of {@code conf/sweeps}. A bare file name stands for one of them if the working
 * folder has no such file. Wherever it lies, its relative paths start at {@code conf/sweeps} below
 * the working folder: so its examples are those that the demo has left there, and its models are
 * found as {@link ShippedConf} says.
 */
public final class ShippedSweeps {

  /** The files' names. */
  public static final List<String> NAMES =
      List.of(
          "documents.yaml",
          "finetune.yaml",
          "grids.yaml",
          "k.yaml",
          "leaderboard.yaml",
          "paper.yaml",
          "ratio.yaml",
          "search.yaml");

  private static final Path FOLDER = Path.of("conf", "sweeps");

  private static final Pattern RELATIVE = Pattern.compile("(?:\\.\\./)+[\\w./-]+");

  private ShippedSweeps() {}

  /** Returns the path of a sweep file as it is given, or of the shipped one that it names. */
  public static Path named(Path given) {
    Path shipped = FOLDER.resolve(given);
    return NAMES.contains(given.toString()) && !Files.exists(given) && exists(shipped)
        ? shipped
        : given;
  }

  private static boolean exists(Path file) {
    return Files.exists(file) || ShippedConf.ofEnvironment().find(file).isPresent();
  }

  /** Returns the end of a message about a file that is not there; empty without a near name. */
  static String suggestion(Path file) {
    return Unknown.suggestion(file.toString(), NAMES);
  }

  /**
   * Returns the text of a copy, whose paths lead from its own folder where those of the original
   * lead, and whose comments name the copy.
   *
   * @param name one of {@link #NAMES}
   * @param copy its path, in the working folder or below it
   * @throws UsageException if the name is unknown, or the copy is to be elsewhere: its paths would
   *     depend on where that is
   */
  public static String copy(String name, Path copy) throws IOException {
    if (!NAMES.contains(name)) {
      throw new UsageException(Unknown.message("sweep", name, NAMES));
    }
    Path here = Path.of("").toAbsolutePath();
    Path from = copy.toAbsolutePath().normalize().getParent();
    if (from == null || !from.startsWith(here)) {
      throw new UsageException(
          Text.format(
              "The sweep file %s would not be below %s, where its examples are; name it by a path"
                  + " that starts here",
              copy, here));
    }
    Path original = FOLDER.resolve(name);
    return RELATIVE
        .matcher(SweepPaths.text(original))
        .replaceAll(
            path ->
                Matcher.quoteReplacement(
                    from.relativize(here.resolve(FOLDER).resolve(path.group()).normalize())
                        .toString()))
        .replace(original.toString(), copy.toString());
  }
}
