package io.prumerge.torch;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Settings of the process that libtorch starts in. Implemented by the {@code spark} package, which
 * knows Spark's, and found by {@link ServiceLoader}.
 */
public interface ProcessSettings {

  /** Returns a setting's value; empty if it is not set. */
  Optional<String> value(String name);

  /** Returns a setting of Spark's, else a system property; empty if there is neither. */
  static Optional<String> here(String name) {
    return spark(name).or(() -> Optional.ofNullable(System.getProperty(name)));
  }

  private static Optional<String> spark(String name) {
    try {
      return ServiceLoader.load(ProcessSettings.class, ProcessSettings.class.getClassLoader())
          .findFirst()
          .flatMap(settings -> settings.value(name));
    } catch (NoClassDefFoundError e) { // a plain Java program has no Spark
      return Optional.empty();
    }
  }
}
