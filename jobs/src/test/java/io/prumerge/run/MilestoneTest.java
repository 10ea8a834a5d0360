package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MilestoneTest {

  @Test
  void aLineHasKeysAndValuesAndNoOtherSpaces() {
    assertThat(
            Milestone.of("chunk_committed")
                .with("run_id", "20261121-081200-0a1b2c3d")
                .with("output", "s3a://b/my runs/a=b")
                .with("said", "\"a\\b\n\"")
                .with("empty", "")
                .with("rows", 6)
                .line())
        .isEqualTo(
            "event=chunk_committed run_id=20261121-081200-0a1b2c3d output=\"s3a://b/my runs/a=b\""
                + " said=\"\\\"a\\\\b\\n\\\"\" empty=\"\" rows=6");
  }

  @Test
  void timesAreMilliseconds() {
    assertThat(Milestone.of("report").since(System.nanoTime() - 5_000_000_000L).line())
        .matches("event=report ms=5\\d{3}");
  }
}
