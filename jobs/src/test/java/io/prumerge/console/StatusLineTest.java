package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatusLineTest {

  private final StringWriter err = new StringWriter();

  private StatusLine line(boolean terminal) {
    return new StatusLine(new PrintWriter(err, true), terminal, 20);
  }

  /** A phase that the test speaks for: its own clock stops with its first tick. */
  private static Phase phase(StatusLine line, String name) {
    return new Phase(
        line,
        name,
        elapsed -> {
          throw new IllegalStateException("the test speaks for " + name);
        },
        new AtomicLong());
  }

  private String printed() {
    String text = err.toString();
    err.getBuffer().setLength(0);
    return text;
  }

  @Test
  void aTerminalsLineIsRewrittenAndVanishes() {
    StatusLine line = line(true);
    try (Phase phase = phase(line, "Planning")) {
      line.show(phase, "Planning: 0:01");
      assertThat(printed()).isEqualTo("Planning: 0:01\r");
      line.show(phase, "0:02");
      assertThat(printed()).as("nothing of the longer line stays").isEqualTo("0:02          \r");
      line.show(phase, "longer than the terminal is wide");
      assertThat(printed()).isEqualTo("longer than the ter\r");
    }
    assertThat(printed()).isEqualTo(" ".repeat(19) + "\r");
  }

  @Test
  void otherLinesStandAboveIt() {
    StatusLine line = line(true);
    try (Phase phase = phase(line, "Planning")) {
      line.show(phase, "0:01");
      line.print("warning: no");

      assertThat(printed()).isEqualTo("0:01\r    \rwarning: no" + System.lineSeparator());
    }
  }

  @Test
  void aPhaseWithinAPhaseIsShownInItsPlace() {
    StatusLine line = line(true);
    try (Phase outer = phase(line, "Planning")) {
      try (Phase inner = phase(line, "Copying")) {
        line.show(outer, "Planning: 0:01");
        line.show(inner, "Copying: 0:01");
        assertThat(printed()).isEqualTo("Copying: 0:01\r");
      }
      printed();
      line.show(outer, "Planning: 0:02");
      assertThat(printed()).isEqualTo("Planning: 0:02\r");
    }
  }

  @Test
  void aFileGetsALineNowAndThen() {
    StatusLine line = line(false);
    try (Phase phase = phase(line, "Planning")) {
      line.show(phase, "Planning: 0:01");
      assertThat(printed()).as("it is too soon").isEmpty();
      phase.done();
      assertThat(printed()).matches("Planning: in \\d:\\d\\d\\R");
    }
    assertThat(printed()).isEmpty();
  }

  @Test
  void linesOfAFileBecomeSeldom() {
    long second = 1_000_000_000L;

    assertThat(StatusLine.isDue(9 * second, 0)).isFalse();
    assertThat(StatusLine.isDue(10 * second, 0)).isTrue();
    assertThat(StatusLine.isDue(61 * second, 50 * second)).isFalse();
    assertThat(StatusLine.isDue(110 * second, 50 * second)).isTrue();
  }
}
