package io.prumerge.console;

import ai.djl.engine.Engine;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;
import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/**
 * Output of {@code --version}: the versions of this project and of everything its results depend
 * on.
 */
public final class Versions implements IVersionProvider {

  /** The version if the classes do not come from a jar. */
  private static final String DEVELOPMENT = "development";

  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  @Override
  public String[] getVersion() {
    return new String[] {
      "prumerge-spark " + project(),
      "Spark " + spark(package$.MODULE$.SPARK_VERSION(), properties("build.properties")),
      "DJL " + Engine.getDjlVersion(),
      "libtorch " + libtorch(System.getenv(LIBRARY_PATH)),
      "Java " + System.getProperty("java.version")
    };
  }

  /** Returns the version in the jar's manifest. */
  public static String project() {
    return Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
        .orElse(DEVELOPMENT);
  }

  /**
   * Returns the Spark that this runs on, and the one that the build compiled for, if there is a
   * build.
   */
  static String spark(String running, Properties build) {
    return Optional.ofNullable(build.getProperty("spark"))
        .map(line -> Text.format("%s (built for %s)", running, line))
        .orElse(running);
  }

  /**
   * Returns the commit of the sources, which the build writes; {@code -dirty} follows if they were
   * changed.
   */
  public static Optional<String> commit() {
    return commit(properties("build.properties"));
  }

  static Optional<String> commit(Properties build) {
    return Optional.ofNullable(build.getProperty("commit"))
        .map(id -> Boolean.parseBoolean(build.getProperty("dirty")) ? id + "-dirty" : id);
  }

  /**
   * Returns which libtorch a model would load, without loading it.
   *
   * @param libraryPath {@code PYTORCH_LIBRARY_PATH}, null if not set
   */
  static String libtorch(String libraryPath) {
    if (libraryPath != null) {
      return "in " + libraryPath;
    }
    Properties packed = properties("/native/lib/pytorch.properties");
    return packed.isEmpty()
        ? Text.format(
            "%s is missing: %s is not set, and the class path has none",
            properties("/pytorch-engine.properties").getProperty("pytorch_version"), LIBRARY_PATH)
        : Text.format(
            "%s (%s, %s)",
            // A build date follows the version.
            packed.getProperty("version").replaceFirst("-.*", ""),
            packed.getProperty("flavor"),
            packed.getProperty("classifier"));
  }

  private static Properties properties(String resource) {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(resource)) {
      if (in != null) {
        properties.load(in);
      }
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource, e);
    }
  }
}
