package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.settings.RunTarget;
import io.prumerge.settings.StartMode;

/** The state of a run's folder. */
enum RunState {
  ABSENT,
  UNFINISHED,
  FINISHED,
  /** The folder exists but holds no run. */
  FOREIGN;

  /** Returns whether the folder holds a run, finished or not. */
  boolean isBegun() {
    return this == UNFINISHED || this == FINISHED;
  }

  /**
   * Checks whether a run may use a folder in this state.
   *
   * @throws UsageException if it may not
   */
  void requireFit(RunTarget target) {
    boolean resume = target.start() != StartMode.FRESH;
    Wording problem =
        switch (this) {
          case ABSENT -> null;
          case UNFINISHED ->
              resume
                  ? null
                  : Wording.of(
                      "holds an unfinished run; continue it with %s or name a new folder",
                      Setting.RESUME);
          case FINISHED ->
              resume
                  ? null
                  : Wording.plain(
                      "holds a finished run; name a new folder, results are never overwritten");
          case FOREIGN -> Wording.plain("exists already and holds no run; name a new folder");
        };
    if (problem != null) {
      throw new UsageException(Wording.of("%s %s %s", Setting.OUTPUT, target.output(), problem));
    }
  }
}
