package io.prumerge.script;

import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

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
    ScriptFile file = Source.read(location);
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
            ? Text.format(
                "Unknown script '%s'; only a method of the command line or of a sweep file,"
                    + " setMethods or spark.prumerge.scripts bring one",
                name)
            : Text.format(
                "Cannot tell %d scripts '%s' apart; add sha256=%s or another's",
                found.size(), name, found.get(0).digest()));
  }

  private static String key(String name, String digest) {
    return digest + " " + name;
  }

  /** Reads script files of this host, and of file systems that Hadoop knows. */
  private static final class Source {

    // A reducer is code with few weights; a checkpoint named by mistake is not read into memory.
    private static final int MOST_BYTES = 64 << 20;
    private static final String HADOOP = "spark.hadoop.";

    private Source() {}

    /**
     * Reads a file.
     *
     * @param location a path of this host, or a URL
     * @throws IllegalArgumentException if there is no such file, or it cannot be read or is too
     *     large
     */
    static ScriptFile read(String location) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(Location.open(location));
      boolean here = path.toUri().getScheme() == null;
      try (InputStream in = here ? Files.newInputStream(Path.of(location)) : open(path)) {
        byte[] content = in.readNBytes(MOST_BYTES + 1);
        if (content.length > MOST_BYTES) {
          throw refusal(location, "it has more than 64 MiB; is it another file?");
        }
        return new ScriptFile(path.getName(), content);
      } catch (NoSuchFileException | FileNotFoundException e) {
        throw refusal(location, "there is no such file");
      } catch (IOException e) {
        throw refusal(location, String.valueOf(e.getMessage()));
      }
    }

    private static InputStream open(org.apache.hadoop.fs.Path path) throws IOException {
      Configuration hadoop = new Configuration();
      // What spark-submit was given; there may be no session yet.
      System.getProperties().stringPropertyNames().stream()
          .filter(name -> name.startsWith(HADOOP))
          .forEach(name -> hadoop.set(name.substring(HADOOP.length()), System.getProperty(name)));
      return FileSystem.get(path.toUri(), hadoop).open(path);
    }

    private static IllegalArgumentException refusal(String location, String why) {
      return new IllegalArgumentException(
          Text.format("Cannot read the script %s: %s", location, why));
    }
  }
}
