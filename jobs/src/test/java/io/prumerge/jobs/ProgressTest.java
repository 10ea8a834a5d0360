package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

  @Test
  void tellsHowFarHowFastAndHowLong() {
    assertThat(Progress.line(0, 250, 1000, Duration.ofSeconds(10)))
        .isEqualTo("250 of 1,000 answers (25%), 25.0/s, 0:30 left");
    assertThat(Progress.line(500, 5, 10_505, Duration.ofSeconds(2)))
        .as("earlier attempts count as done, not as speed")
        .isEqualTo("505 of 10,505 answers (5%), 2.5/s, 1:06:40 left");
  }

  @Test
  void staysSensibleAtTheEnds() {
    assertThat(Progress.line(0, 0, 7, Duration.ZERO)).isEqualTo("0 of 7 answers (0%), starting");
    assertThat(Progress.line(7, 0, 7, Duration.ofSeconds(1)))
        .as("earlier attempts answered all")
        .isEqualTo("7 of 7 answers (100%), nothing left to ask");
    assertThat(Progress.line(5, 9, 7, Duration.ofSeconds(1)))
        .as("tasks that were repeated")
        .isEqualTo("7 of 7 answers (100%), 9.0/s, 0:00 left");
  }
}
