package io.prumerge.location;

import io.prumerge.lang.Text;
import java.io.File;
import java.nio.charset.StandardCharsets;

/**
 * The encoding in which this JVM names files to its host. The JVM takes it from the locale that it
 * was started with; under {@code POSIX}, as cron and many containers have it, that is ASCII. Then a
 * file of another name is not found, although it is there.
 */
public final class HostEncoding {

  private static final String OWN = System.getProperty("sun.jnu.encoding");

  private HostEncoding() {}

  /**
   * Refuses a file's name that does not reach this host as it is.
   *
   * @throws IllegalArgumentException with what to do
   */
  public static void require(String name) {
    require(name, File.separatorChar == '/' ? OWN : StandardCharsets.UTF_8.name());
  }

  static void require(String name, String encoding) {
    boolean ascii = name.chars().allMatch(c -> c < 0x80);
    if (!ascii && !encoding.equals(StandardCharsets.UTF_8.name())) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot look for the file '%s': this JVM names files in %s, because of its locale;"
                  + " start it with LC_ALL=C.UTF-8, and executors with"
                  + " spark.executorEnv.LC_ALL=C.UTF-8",
              name, encoding));
    }
  }
}
