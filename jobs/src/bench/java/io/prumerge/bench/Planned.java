package io.prumerge.bench;

import java.util.Map;

/**
 * A section of the acceptance.
 *
 * @param seconds after which a process that runs it alone is ended
 * @param environment variables that such a process has
 */
record Planned(Section section, int seconds, Map<String, String> environment) {

  Planned {
    environment = Map.copyOf(environment);
  }

  Planned(Section section, int seconds) {
    this(section, seconds, Map.of());
  }
}
