package io.prumerge.script;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scripts of this process by name and hash. The driver reads them ({@link #read}), executors
 * get them with the work ({@link #add}); a method's name alone never opens a file. Thread-safe.
 */
public final class ScriptLibrary {

  private static final Map<String, ScriptFile> FILES = new ConcurrentHashMap<>();

  private ScriptLibrary() {}

  /** Makes a script known. */
  public static void add(ScriptFile file) {
    FILES.putIfAbsent(key(file.name(), file.digest()), file);
  }

  /**
   * Reads a file and makes it known.
   *
   * @param location a path of this host, or a URL that Hadoop knows
   * @throws IllegalArgumentException if it cannot be read
   */
  public static ScriptFile read(String location) {
    ScriptFile file = ScriptSource.read(location);
    add(file);
    return file;
  }

  /** Returns the script with this name and the first digits of this hash, if it is known. */
  public static Optional<ScriptFile> find(String name, String digest) {
    return Optional.ofNullable(FILES.get(key(name, digest)));
  }

  /**
   * Returns the script with this name.
   *
   * @throws IllegalArgumentException if none is known, or several are
   */
  public static ScriptFile named(String name) {
    List<ScriptFile> found =
        FILES.values().stream().filter(file -> file.name().equals(name)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new IllegalArgumentException(
        found.isEmpty()
            ? String.format(
                Locale.ROOT,
                "Unknown script '%s'; only a method of the command line or of a sweep file, setMethods or spark.prumerge.scripts bring one",
                name)
            : String.format(
                Locale.ROOT,
                "Cannot tell %d scripts '%s' apart; add sha256=%s or another's",
                found.size(),
                name,
                found.get(0).digest()));
  }

  private static String key(String name, String digest) {
    return digest + " " + name;
  }
}
