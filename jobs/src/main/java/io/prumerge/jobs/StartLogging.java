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
 * Logging of a process that is ours, where nobody configured it. Spark then logs its start and its
 * end at the level INFO, also around the one line that refuses a wrong flag; so nothing is logged
 * until a session is to start.
 */
final class StartLogging {

  private static final String SPARKS = "org/apache/spark/log4j2-defaults.properties";

  private static boolean quiet;

  private StartLogging() {}

  /** Called where the process begins; does nothing where somebody configured logging. */
  static synchronized void quiet() {
    Configuration found = context().getConfiguration();
    String source = String.valueOf(found.getConfigurationSource().getLocation());
    // The second is what spark-submit leaves behind.
    if (found instanceof DefaultConfiguration || source.endsWith(SPARKS)) {
      Configurator.setRootLevel(Level.OFF);
      quiet = true;
    }
  }

  /** Called before a session starts: from now on Spark logs as it does by itself. */
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
