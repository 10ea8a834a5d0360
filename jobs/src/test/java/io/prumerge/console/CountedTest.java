package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CountedTest {

  private final AtomicReference<Work> done = new AtomicReference<>(Work.NOTHING);

  private Counted answers(Work before, Work total) {
    return new Counted("answers", 0, new Pace(before, total), done::get, () -> "");
  }

  private String at(Counted counted, long seconds, long count, double cost) {
    done.set(new Work(count, cost));
    return counted.running(Duration.ofSeconds(seconds));
  }

  private String at(Counted counted, long seconds, long count) {
    return at(counted, seconds, count, count);
  }

  @Test
  void tellsHowFarHowFastAndHowLong() {
    Counted counted = answers(Work.NOTHING, new Work(1000, 1e6));

    assertThat(at(counted, 12, 0)).isEqualTo("0 of 1,000 answers (0%), starting, 0:12");
    assertThat(at(counted, 100, 50, 5e4))
        .as("the model is loaded; one measurement gives no speed")
        .isEqualTo("50 of 1,000 answers (5%), 1:40");
    assertThat(at(counted, 110, 300, 3e5))
        .as("250 answers and a quarter of the work in the ten seconds since")
        .isEqualTo("300 of 1,000 answers (30%), 25.0/s, 0:28 left");
  }

  @Test
  void reckonsTheTimeFromTheCostAndNotFromTheCount() {
    Counted counted = answers(Work.NOTHING, new Work(1000, 1e6));
    at(counted, 1, 1, 1e3);

    assertThat(at(counted, 11, 501, 101e3))
        .as("many questions about few images")
        .isEqualTo("501 of 1,000 answers (50%), 50.0/s, 1:30 left");
  }

  @Test
  void whatEarlierAttemptsDidIsDoneAndNotSpeed() {
    Counted counted = answers(new Work(500), new Work(10_500));

    assertThat(at(counted, 30, 0)).isEqualTo("500 of 10,500 answers (4%), starting, 0:30");
    assertThat(at(counted, 60, 5)).isEqualTo("505 of 10,500 answers (4%), 1:00");
    assertThat(at(counted, 62, 10)).isEqualTo("510 of 10,500 answers (4%), 2.5/s, 1:06:36 left");
  }

  @Test
  void isNeverSilentAboutWhatComesAfterTheLastCount() {
    Counted counted = answers(new Work(5), new Work(7));
    at(counted, 1, 1);

    assertThat(at(counted, 2, 9))
        .as("tasks that were repeated count twice")
        .isEqualTo("7 of 7 answers (100%), finishing, 0:02");
    assertThat(counted.ended(Duration.ofSeconds(75)))
        .isEqualTo("7 of 7 answers (100%), 0.03/s, in 1:15");
  }

  @Test
  void saysAllOfItEvenIfTheLastCountsAreStillOnTheirWay() {
    Counted counted = answers(Work.NOTHING, new Work(7));
    at(counted, 1, 2);

    assertThat(counted.ended(Duration.ofSeconds(2)))
        .isEqualTo("7 of 7 answers (100%), 3.5/s, in 0:02");
  }

  @Test
  void theRateAtTheEndIsThatOfAllTheTime() {
    Counted counted = answers(Work.NOTHING, new Work(36));
    at(counted, 39, 35);

    assertThat(counted.ended(Duration.ofSeconds(40)))
        .as("nearly all at once, after a model was loaded for most of the time")
        .isEqualTo("36 of 36 answers (100%), 0.90/s, in 0:40");
  }

  @Test
  void nothingAndOneAreAmountsToo() {
    assertThat(at(answers(Work.NOTHING, Work.NOTHING), 1, 0))
        .isEqualTo("0 of 0 answers (100%), finishing, 0:01");
    assertThat(answers(new Work(7), new Work(7)).ended(Duration.ofSeconds(1)))
        .isEqualTo("7 of 7 answers (100%), in 0:01");
    Counted one = answers(Work.NOTHING, new Work(1));
    assertThat(at(one, 1, 0)).isEqualTo("0 of 1 answers (0%), starting, 0:01");
    assertThat(at(one, 2, 1)).isEqualTo("1 of 1 answers (100%), finishing, 0:02");
    assertThat(at(answers(Work.NOTHING, new Work(1001)), 3, 1000))
        .as("not all, so not 100 %")
        .isEqualTo("1,000 of 1,001 answers (99%), 0:03");
  }

  @Test
  void anUnknownTotalLeavesTheCountAndTheTime() {
    Counted rows =
        new Counted("rows", 0, new Pace(Work.NOTHING, Work.UNKNOWN), done::get, () -> "");

    assertThat(at(rows, 1, 0)).isEqualTo("0 rows, starting, 0:01");
    assertThat(at(rows, 2, 1200)).isEqualTo("1,200 rows, 0:02");
    assertThat(at(rows, 3, 2400)).isEqualTo("2,400 rows, 0:03");
    assertThat(rows.ended(Duration.ofSeconds(4))).isEqualTo("2,400 rows, 600.0/s, in 0:04");
  }

  @Test
  void bytesAreMegabytes() {
    Counted bytes =
        new Counted("MB", 20, new Pace(Work.NOTHING, new Work(3L << 30)), done::get, () -> "");
    at(bytes, 1, 1 << 20);

    assertThat(at(bytes, 2, 513L << 20)).isEqualTo("513 of 3,072 MB (16%), 512.0/s, 0:05 left");
  }

  @Test
  void aNoteStandsBesideTheCountsWhileTheyGrow() {
    Counted steps =
        new Counted(
            "steps", 0, new Pace(new Work(10), new Work(40)), done::get, () -> "loss 0.5000");
    at(steps, 10, 2);

    assertThat(at(steps, 18, 4))
        .as("a training that was resumed at its tenth step")
        .isEqualTo("14 of 40 steps (35%), loss 0.5000, 0.25/s, 1:44 left");
    assertThat(steps.ended(Duration.ofSeconds(130)))
        .isEqualTo("40 of 40 steps (100%), 0.23/s, in 2:10");
  }
}
