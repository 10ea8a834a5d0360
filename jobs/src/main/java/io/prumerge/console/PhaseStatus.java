package io.prumerge.console;

import java.time.Duration;

/** What is known about a phase at a moment, in words. */
@FunctionalInterface
interface PhaseStatus extends AutoCloseable {

  String running(Duration elapsed);

  default String ended(Duration elapsed) {
    return "in " + Phase.clock(elapsed);
  }

  @Override
  default void close() {}
}
