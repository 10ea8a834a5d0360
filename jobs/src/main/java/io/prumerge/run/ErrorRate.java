package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The share of a run's answers that are errors.
 *
 * @param errors number of answers with an error
 * @param answers number of all answers
 */
record ErrorRate(long errors, long answers) {

  /** Reads the errors of a finished run. */
  static ErrorRate of(RunDirectory directory, SparkSession spark) throws IOException {
    Optional<CompleteTables> completed = directory.completed();
    if (completed.isPresent()) {
      return new ErrorRate(completed.get().errors(), completed.get().answers());
    }
    Row found =
        Table.RUNS
            .read(spark, List.of(directory.table(Table.RUNS)))
            .selectExpr("sum(n_errors)", "sum(n_rows)")
            .first();
    return new ErrorRate(found.getLong(0), found.getLong(1));
  }

  /** Sums what committed chunks hold. */
  static ErrorRate held(Collection<ChunkMarker> chunks) {
    return new ErrorRate(
        chunks.stream().mapToLong(chunk -> chunk.counts().errors()).sum(),
        chunks.stream().mapToLong(chunk -> chunk.counts().answers()).sum());
  }

  /** Returns the number of answers without an error. */
  long answered() {
    return answers - errors;
  }

  /**
   * Warns of errors.
   *
   * @param unread answers that there would be to rows of the data that could not be read
   * @param most largest allowed share of both, 0 to 1
   * @param remedies what helps against the errors; asked for if there are too many
   * @throws Failure if there are more
   */
  void check(long unread, double most, Supplier<Wording> remedies, RunWarnings warnings) {
    double rate = (double) (errors + unread) / Math.max(1, answers + unread);
    String more =
        unread == 0 ? "" : Text.format(", and %,d more are to rows that could not be read", unread);
    if (rate > most) {
      throw new Failure(
          Wording.of(
              "%s%s (%.1f %%), more than %s %s allows%s%s",
              wrong(),
              more,
              100 * rate,
              Setting.MAX_ERROR_RATE,
              most,
              mendErrors(remedies),
              mendRows(unread)));
    }
    if (errors > 0) {
      warnings.warn("%s, counted as wrong; see the column error of predictions", wrong());
    }
  }

  private Wording mendErrors(Supplier<Wording> remedies) {
    if (errors == 0) {
      return Wording.plain("");
    }
    Wording see = Wording.plain("; see the column error of predictions");
    Wording mend = remedies.get();
    return mend.inCode().isEmpty() ? see : Wording.join("; ", List.of(see, mend));
  }

  private static String mendRows(long unread) {
    return unread == 0
        ? ""
        : "; rows that could not be read have no question to ask again: mend them in the data,"
            + " where prepare names them, prepare these again, and run in a new folder";
  }

  private String wrong() {
    return Texts.part(errors, answers, "answer", "is an error", "are errors");
  }
}
