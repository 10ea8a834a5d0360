package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.spark.sql.SparkSession;

/** The commands of {@link Main} inside one JVM and one Spark session, for the benches. */
public final class InProcess implements AutoCloseable {

  private final Sessions sessions = Sessions.of(Console.SILENT, () -> "bench");
  private final SparkSession session = sessions.session();

  /** The session that all commands share. */
  public SparkSession session() {
    return session;
  }

  /**
   * Runs a command to its end.
   *
   * @throws IllegalStateException with what the command said if it did not succeed
   */
  public void run(String... arguments) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    if (Main.run(writer, writer, arguments) != ExitCode.DONE) {
      throw new IllegalStateException(arguments[0] + ": " + said);
    }
  }

  @Override
  public void close() {
    sessions.close();
  }
}
