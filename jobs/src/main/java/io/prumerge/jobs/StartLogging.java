package io.prumerge.jobs;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.DefaultConfiguration;

/**
 * The log of a driver that somebody watches. By default Spark logs thousands of INFO lines to the
 * console, even around a one-line usage error. This process logs warnings only, as {@code
 * conf/log4j2.properties} says, unless the user has configured log4j2. Executors and drivers in
 * cluster mode log as they would without this project, and so does a session that was there before.
 */
final class StartLogging {

  /** A copy of the file in {@code conf/}. */
  private static final String QUIET = "io/prumerge/jobs/log4j2.properties";

  private static final String SPARKS = "org/apache/spark/log4j2-defaults.properties";

  private static final String OWN_FILE = "log4j2.configurationFile";

  private static boolean quiet;

  private StartLogging() {}

  /** Turns Spark's INFO off at the start of the process, unless the user has configured log4j2. */
  static synchronized void quiet() {
    if (!isClusterMode() && users().isEmpty()) {
      use(QUIET);
      quiet = true;
    }
  }

  /** Logs as Spark does by default, if the user has configured nothing else. */
  static synchronized void verbose() {
    if (quiet) {
      use(SPARKS);
    }
  }

  /**
   * Returns the user's configuration that log4j2 has found by itself, as in {@code SPARK_CONF_DIR}:
   * who wonders about the log may not know of it.
   */
  static Optional<String> found() {
    return System.getProperty(OWN_FILE) == null && !isClusterMode() && !quiet
        ? users()
        : Optional.empty();
  }

  private static Optional<String> users() {
    Configuration now = context().getConfiguration();
    ConfigurationSource source = now.getConfigurationSource();
    String location = String.valueOf(source.getLocation());
    // spark-submit leaves Spark's own behind.
    return now instanceof DefaultConfiguration
            || location.contains("org/apache/spark/log4j2-")
            || isQuiet(source.getFile())
        ? Optional.empty()
        : Optional.of(location);
  }

  /**
   * Returns whether a file says what this class does: the launcher names one, so that spark-submit
   * itself is quiet before this process's first line.
   *
   * @param file null if log4j2 has read no file
   */
  private static boolean isQuiet(File file) {
    try (InputStream quiet = StartLogging.class.getClassLoader().getResourceAsStream(QUIET)) {
      return file != null && Arrays.equals(Files.readAllBytes(file.toPath()), quiet.readAllBytes());
    } catch (IOException e) {
      return false;
    }
  }

  /** YARN sets the first. On Kubernetes the driver's pod starts spark-submit in client mode. */
  private static boolean isClusterMode() {
    return "cluster".equals(System.getProperty("spark.submit.deployMode"))
        || Boolean.getBoolean("spark.kubernetes.submitInDriver");
  }

  private static void use(String resource) {
    URL place = StartLogging.class.getClassLoader().getResource(resource);
    try {
      context().setConfigLocation(place.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot read " + resource, e);
    }
  }

  private static LoggerContext context() {
    return (LoggerContext) LogManager.getContext(false);
  }
}
