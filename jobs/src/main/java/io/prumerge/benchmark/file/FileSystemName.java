package io.prumerge.benchmark.file;

import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** The name of a file system at the beginning of a path, such as {@code s3a} or {@code http}. */
final class FileSystemName {

  private static final Pattern START = Pattern.compile("([^/:]*):(//[^/]+)?|//[^/]+");

  private FileSystemName() {}

  /**
   * Returns the name that a path begins with, in small letters; empty if it has none. Another
   * host's files have the host's name, too.
   */
  static Optional<String> of(String path) {
    Matcher start = START.matcher(path);
    if (!start.lookingAt()) {
      return Optional.empty();
    }
    boolean named = start.group(1) != null;
    boolean hostOnly = !named || start.group(1).equalsIgnoreCase("file") && start.group(2) != null;
    return Optional.of((hostOnly ? start.group() : start.group(1)).toLowerCase(Locale.ROOT));
  }

  /**
   * Returns the names of those that a folder and other paths are on.
   *
   * @param folder with its file system
   * @param paths of those without a name, all are on Hadoop's default file system
   */
  static Set<String> all(Folders folders, Path folder, List<String> paths) throws IOException {
    Set<String> names = new TreeSet<>(Set.of(folder.toUri().getScheme()));
    for (String path : paths) {
      names.add(of(path).orElse(folders.fileSystem(new Path("/")).getUri().getScheme()));
    }
    return names;
  }
}
