package io.prumerge.location;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder {@code conf} of the archive or the wheel that this process was started from. A path
 * such as {@code conf/mini-llava}, as it stands on the pages, is one in this folder if the working
 * folder has none of that name.
 *
 * @param root the folder; empty if neither a launcher nor the wheel names it, as in the repository
 */
public record ShippedConf(Optional<Path> root) {

  /**
   * Folder of paths below {@code conf/} that the working folder lacks; the launcher names its own
   * unless it is set.
   */
  private static final String VARIABLE = "PRUMERGE_CONF";

  /** The same of a JVM that no launcher has started: the wheel sets it in PySpark's. */
  private static final String PROPERTY = "prumerge.conf";

  private static final Path CONF = Path.of("conf");

  /** Returns the folder that this process's environment names, or else a system property. */
  public static ShippedConf ofEnvironment() {
    return new ShippedConf(
        Optional.ofNullable(System.getenv(VARIABLE))
            .filter(folder -> !folder.isEmpty())
            .or(() -> Optional.ofNullable(System.getProperty(PROPERTY)))
            .map(Path::of));
  }

  /**
   * Returns the absolute path of the shipped file or folder that a path stands for. Empty if the
   * path exists, if it does not lead into {@code conf} below the working folder, or if nothing is
   * shipped under this name.
   */
  public Optional<Path> find(Path path) {
    Path here = CONF.toAbsolutePath();
    Path full = path.toAbsolutePath().normalize();
    return root.filter(ignored -> full.startsWith(here) && !Files.exists(full))
        .map(folder -> folder.toAbsolutePath().resolve(here.relativize(full)).normalize())
        .filter(Files::exists);
  }

  /** Finds what a text stands for if it is a path, as {@link #find(Path)}. */
  public Optional<Path> find(String text) {
    try {
      return find(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
