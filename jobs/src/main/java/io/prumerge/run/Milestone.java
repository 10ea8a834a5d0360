package io.prumerge.run;

import io.prumerge.store.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log tells of a run, for programs to read: lines of {@code key=value}, {@code event}
 * first. A value that is not one plain word is spelled as a JSON string.
 *
 * @param line as far as it is made
 */
record Milestone(String line) {

  private static final Logger LOG = LoggerFactory.getLogger(Milestone.class);

  static Milestone of(String event) {
    return new Milestone("event=" + event);
  }

  Milestone with(String key, Object value) {
    return new Milestone(line + " " + key + "=" + spelled(String.valueOf(value)));
  }

  /** Milliseconds since a reading of {@link System#nanoTime}. */
  Milestone since(long nanoTime) {
    return with("ms", (System.nanoTime() - nanoTime) / 1_000_000);
  }

  void log() {
    LOG.info(line);
  }

  private static String spelled(String value) {
    return value.matches("[^\\s\"=\\\\\\p{Cntrl}]+") ? value : Json.write(value);
  }
}
