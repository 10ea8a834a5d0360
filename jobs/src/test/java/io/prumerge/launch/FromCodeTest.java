package io.prumerge.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FromCodeTest {

  /** Throws as Scala does, which declares nothing. */
  @SuppressWarnings("unchecked")
  private static <E extends Exception> void sneak(Exception problem) throws E {
    throw (E) problem;
  }

  private static Throwable thrown(Exception problem) {
    return catchThrowable(
        () ->
            FromCode.run(
                () -> {
                  FromCodeTest.<RuntimeException>sneak(problem);
                  return null;
                }));
  }

  private static SparkException aborted(Throwable cause) {
    return new SparkException("Job aborted due to stage failure: Task 0 in stage 1.0", cause);
  }

  @Test
  void aTasksErrorIsThrownAsItWas() {
    SparkException job = aborted(new DataException("d.csv: a link leads out"));

    assertThat(thrown(job))
        .isInstanceOf(DataException.class)
        .hasMessage("d.csv: a link leads out")
        .hasCause(job);
    assertThat(thrown(aborted(new UsageException("no"))))
        .isInstanceOf(UsageException.class)
        .hasMessage("no");
    assertThat(thrown(aborted(new Failure("gone")))).isInstanceOf(Failure.class).hasMessage("gone");
  }

  @Test
  void aFileThatCannotBeReadIsOfTheData() {
    assertThat(
            thrown(
                aborted(
                    new IllegalStateException(
                        "Failed to open input stream for file: /lake/a.parquet",
                        new FileNotFoundException("File /lake/a.parquet does not exist")))))
        .isInstanceOf(DataException.class)
        .hasMessage("File /lake/a.parquet does not exist");
    assertThat(
            thrown(
                new SparkException(
                    "Encountered error while reading file /lake/b.parquet. Details:",
                    new IOException("is not a Parquet file"))))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read /lake/b.parquet: is not a Parquet file");
  }

  @Test
  void whatElseEndsAJobIsAFailure() {
    assertThat(thrown(aborted(new IllegalStateException("Executor 1 is lost"))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("Executor 1 is lost");
  }

  @Test
  void whatIsDeclaredStaysAsItIs() {
    IOException full = new IOException("No space left on device");
    DataException ours = new DataException("d.csv is empty");

    assertThat(thrown(full)).isSameAs(full);
    assertThat(thrown(ours)).isSameAs(ours);
  }
}
