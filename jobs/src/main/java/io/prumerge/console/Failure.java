package io.prumerge.console;

import io.prumerge.lang.Text;
import java.util.List;

/** Says that a job cannot be done, and what to do. Exit code 1. */
public final class Failure extends WordedException {

  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(Wording.plain(message));
  }

  public Failure(Wording message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(Wording.plain(message), cause);
  }

  public Failure(Wording message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns the failure of counts that must add up, as each row is counted once: only a fault of
   * this program breaks that.
   *
   * @param counts what was counted
   * @param wanted what a report of the fault needs besides the message; empty for nothing
   * @param open the sums that do not close
   */
  public static Failure ofCounts(String counts, String wanted, List<String> open) {
    return new Failure(
        Text.format(
            "The counts of %s do not add up, which is a fault of this program; please report it%s:"
                + " %s",
            counts, wanted.isEmpty() ? "" : " with " + wanted, String.join("; ", open)));
  }
}
