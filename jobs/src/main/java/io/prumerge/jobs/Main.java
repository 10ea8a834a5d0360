package io.prumerge.jobs;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;

/**
 * The entry point of {@code spark-submit}, {@code java} and the Maven wrapper. Compiled for Java 8,
 * so that even an old JVM can print which version is required. Everything else is in {@link
 * RootCommand}.
 */
public final class Main {

  /** The Java versions that the build accepts too. */
  private static final List<String> JAVA = Arrays.asList("17", "21");

  private static final int FAILED = 1;

  private Main() {}

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    PrintWriter err = writer(System.err);
    String obstacle = obstacle(System.getProperty("java.specification.version"));
    int code = FAILED;
    if (obstacle.isEmpty()) {
      StartLogging.quiet();
      code = run(writer(System.out), err, args);
    } else {
      err.println("prumerge-spark: " + obstacle);
    }
    // YARN counts any System.exit before its own bookkeeping as a failure, so success just returns.
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Returns a writer in the terminal's charset, which is the host's default. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
  }

  /**
   * Returns why no command can run on this JVM; empty if commands can run.
   *
   * @param java the JVM's specification version, such as {@code 17} or {@code 1.8}
   */
  static String obstacle(String java) {
    if (!JAVA.contains(java)) {
      return "this JVM is Java "
          + java
          + " ("
          + System.getProperty("java.home")
          + "); prumerge-spark runs on Java "
          + String.join(" and ", JAVA)
          + ": point JAVA_HOME to one of them";
    }
    // This jar does not contain Spark, but plain java -jar starts it.
    return Main.class.getClassLoader().getResource("org/apache/spark/sql/SparkSession.class")
            == null
        ? "Spark is not on the class path; start this jar with spark-submit: spark-submit"
            + " --class "
            + Main.class.getName()
            + " JAR --help"
        : "";
  }

  /** Runs one command and returns its exit code, without ending the JVM. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return RootCommand.run(out, err, args);
  }
}
