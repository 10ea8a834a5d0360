package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static WorkDone work(long answers, double flops) {
    return new WorkDone(answers, flops);
  }

  private static void look(Pace pace, long seconds, long answers, double flops) {
    pace.at(Duration.ofSeconds(seconds), work(answers, flops));
  }

  @Test
  void tellsHowFarHowFastAndHowLong() {
    Pace pace = new Pace(WorkDone.NOTHING, work(1000, 1e6));
    look(pace, 0, 0, 0);
    look(pace, 100, 50, 5e4); // the model is loaded, the first images are answered
    look(pace, 110, 300, 3e5);

    assertThat(Progress.line(pace))
        .as("250 answers and a quarter of the work in the ten seconds since")
        .isEqualTo("300 of 1,000 answers (30%), 25.0/s, 0:28 left");
  }

  @Test
  void reckonsWithTheWorkAndNotWithTheAnswers() {
    Pace pace = new Pace(WorkDone.NOTHING, work(1000, 1e6));
    look(pace, 1, 1, 1e3);
    look(pace, 11, 501, 101e3); // many questions about few images
    assertThat(pace.remaining()).contains(Duration.ofSeconds(90)); // rounded from 89.9
  }

  @Test
  void whatEarlierAttemptsDidIsDoneAndNotSpeed() {
    Pace pace = new Pace(work(500, 500), work(10_500, 10_500));
    look(pace, 30, 0, 0);
    assertThat(Progress.line(pace)).isEqualTo("500 of 10,500 answers (5%), starting");
    look(pace, 60, 5, 5);
    assertThat(Progress.line(pace))
        .as("one measurement gives no speed")
        .isEqualTo("505 of 10,500 answers (5%), starting");
    look(pace, 62, 10, 10);
    assertThat(Progress.line(pace)).isEqualTo("510 of 10,500 answers (5%), 2.5/s, 1:06:36 left");
  }

  @Test
  void staysSensibleAtTheEnds() {
    assertThat(Progress.line(new Pace(WorkDone.NOTHING, work(7, 7))))
        .isEqualTo("0 of 7 answers (0%), starting");
    Pace nothing = new Pace(work(7, 7), work(7, 7));
    nothing.finish(Duration.ofSeconds(1));
    assertThat(Progress.line(nothing)).isEqualTo("7 of 7 answers (100%), nothing left to ask");
    Pace repeated = new Pace(work(5, 5), work(7, 7));
    look(repeated, 1, 1, 1);
    look(repeated, 2, 9, 9);
    assertThat(Progress.line(repeated))
        .as("tasks that were repeated")
        .isEqualTo("7 of 7 answers (100%), 8.0/s, 0:00 left");
    Pace whole = new Pace(WorkDone.NOTHING, work(7, 7));
    look(whole, 1, 2, 2);
    whole.finish(Duration.ofSeconds(2));
    assertThat(Progress.line(whole)).isEqualTo("7 of 7 answers (100%), 5.0/s, 0:00 left");
  }
}
