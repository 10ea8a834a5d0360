package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.lease.DriverLease;
import java.io.IOException;

/** What a run does once all of its chunks are committed. */
interface LastStep {

  /**
   * Writes what readers of the run find, then marks the run as complete.
   *
   * @param lease lease that is required for every step
   * @throws Failure if another driver has taken the run over
   */
  RunOutput write(RunTables tables, DriverLease lease) throws IOException;
}
