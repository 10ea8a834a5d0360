package io.prumerge.script;

import io.prumerge.location.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Reads script files of this host, and of file systems that Hadoop knows. */
final class ScriptSource {

  // A reducer is code with few weights; a checkpoint named by mistake is not read into memory.
  private static final int MOST_BYTES = 64 << 20;
  private static final String HADOOP = "spark.hadoop.";

  private ScriptSource() {}

  /**
   * Reads a file.
   *
   * @param location a path of this host, or a URL
   * @throws IllegalArgumentException if there is no such file, or it cannot be read or is too large
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
        String.format(Locale.ROOT, "Cannot read the script %s: %s", location, why));
  }
}
