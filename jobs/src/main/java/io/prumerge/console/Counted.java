package io.prumerge.console;

import io.prumerge.lang.Text;
import java.time.Duration;
import java.util.function.Supplier;

/** How far counted work has come, how fast it goes and when it will be done. */
final class Counted implements PhaseStatus {

  private final String unit;
  private final int shift;
  private final Pace pace;
  private final Supplier<Work> done;
  private final Supplier<String> note;

  /**
   * @param unit what is counted
   * @param shift bits that the line leaves out of counts: 20 for bytes in MB
   * @param done work of this attempt so far
   * @param note what to say after the counts while they grow; may be empty
   */
  Counted(String unit, int shift, Pace pace, Supplier<Work> done, Supplier<String> note) {
    this.unit = unit;
    this.shift = shift;
    this.pace = pace;
    this.done = done;
    this.note = note;
  }

  @Override
  public String running(Duration elapsed) {
    pace.at(elapsed, done.get());
    boolean finishing = pace.total().isKnown() && pace.done() >= pace.total().count();
    String time =
        finishing
            ? "finishing, " + Phase.clock(elapsed)
            : pace.remaining()
                .map(left -> rate(pace.perSecond()) + ", " + Phase.clock(left) + " left")
                .orElse((pace.isStarted() ? "" : "starting, ") + Phase.clock(elapsed));
    return counts() + (note.get().isEmpty() ? time : note.get() + ", " + time);
  }

  @Override
  public String ended(Duration elapsed) {
    pace.finish(elapsed);
    double overall = pace.overallPerSecond();
    String rate = overall > 0 ? rate(overall) + ", " : "";
    return counts() + rate + "in " + Phase.clock(elapsed);
  }

  private String counts() {
    long total = pace.total().count();
    return pace.total().isKnown()
        ? Text.format(
            "%,d of %,d %s (%d%%), ",
            pace.done() >> shift,
            total >> shift,
            unit,
            total == 0 ? 100 : (long) (100.0 * pace.done() / total))
        : Text.format("%,d %s, ", pace.done() >> shift, unit);
  }

  private String rate(double perSecond) {
    double rate = perSecond / (1L << shift);
    return Text.format(rate < 1 ? "%.2f/s" : "%.1f/s", rate);
  }
}
