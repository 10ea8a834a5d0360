package io.prumerge.launch;

import io.prumerge.console.Failure;
import io.prumerge.console.Problems;
import io.prumerge.console.UsageException;
import io.prumerge.console.WordedException;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.io.IOException;

/**
 * Runs what callers from code ask for. Spark wraps what a task throws in an exception of its own,
 * which Scala does not declare: callers get the error that the task had, with Spark's as its cause.
 */
public final class FromCode {

  /** What is asked for. */
  public interface Work<T> {
    T run() throws IOException;
  }

  private FromCode() {}

  /**
   * Returns what the work does.
   *
   * @throws DataException where a job has failed with one, or because it cannot read a file
   * @throws UsageException where a job has failed with one
   * @throws Failure where a job has failed otherwise
   */
  public static <T> T run(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // of Spark
      throw said(e);
    }
  }

  private static WordedException said(Exception problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof UsageException usage) {
        return new UsageException(usage.wording(), problem);
      } else if (cause instanceof DataException data) {
        return new DataException(data.wording(), problem);
      } else if (cause instanceof WordedException other) {
        return new Failure(other.wording(), problem);
      }
    }
    Wording words = Wording.plain(Problems.line(problem));
    return Problems.isOfReading(problem)
        ? new DataException(words, problem)
        : new Failure(words, problem);
  }
}
