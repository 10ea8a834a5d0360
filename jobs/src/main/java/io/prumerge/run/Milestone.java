package io.prumerge.run;

import io.prumerge.store.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine-readable log line about a run: {@code key=value} pairs, {@code event} first. A value
 * that is not one plain word is written as a JSON string.
 *
 * @param line the line so far
 */
record Milestone(String line) {

  private static final Logger LOG = LoggerFactory.getLogger(Milestone.class);

  static Milestone of(String event) {
    return new Milestone("event=" + event);
  }

  Milestone with(String key, Object value) {
    return new Milestone(line + " " + key + "=" + spelled(String.valueOf(value)));
  }

  /** Adds the milliseconds since {@code nanoTime}, a value of {@link System#nanoTime}. */
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
