package io.prumerge.jobs;

import java.net.URISyntaxException;
import java.net.URL;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;

/**
 * Configures logging of a process that this project starts, unless the user has configured it. By
 * default Spark logs its start and end at INFO, even around a one-line usage error, so nothing is
 * logged until a session starts.
 */
final class StartLogging {

  private static final String SPARKS = "org/apache/spark/log4j2-defaults.properties";

  private static boolean quiet;

  private StartLogging() {}

  /** Turns logging off at the start of the process, unless the user has configured it. */
  static synchronized void quiet() {
    Configuration found = context().getConfiguration();
    String source = String.valueOf(found.getConfigurationSource().getLocation());
    // spark-submit leaves the second one behind.
    if (found instanceof DefaultConfiguration || source.endsWith(SPARKS)) {
      Configurator.setRootLevel(Level.OFF);
      quiet = true;
    }
  }

  /** Restores Spark's default logging before a session starts. */
  static synchronized void asSparkDoes() {
    if (quiet) {
      quiet = false;
      try {
        URL defaults = StartLogging.class.getClassLoader().getResource(SPARKS);
        context().setConfigLocation(defaults.toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException("Cannot read " + SPARKS, e);
      }
    }
  }

  private static LoggerContext context() {
    return (LoggerContext) LogManager.getContext(false);
  }
}
