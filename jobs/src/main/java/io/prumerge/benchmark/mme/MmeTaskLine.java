package io.prumerge.benchmark.mme;

import io.prumerge.source.DataException;
import io.prumerge.source.RawLine;

/** A line of a task's result file. */
record MmeTaskLine(String task, RawLine line) {

  /**
   * Returns the result of the task that the line states.
   *
   * @throws DataException naming file and line if it is invalid
   */
  MmeResult result() {
    return MmeResults.result(task, line.line());
  }
}
