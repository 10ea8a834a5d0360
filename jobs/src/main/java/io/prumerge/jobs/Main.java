package io.prumerge.jobs;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;

/**
 * The one entry point: by {@code spark-submit}, by {@code java}, by the Maven wrapper. Compiled for
 * Java 8, so that every JVM that Spark starts on can say what it lacks; all else is in {@link
 * RootCommand}.
 */
public final class Main {

  /** Those that the build accepts too. */
  private static final List<String> JAVA = Arrays.asList("17", "21");

  private static final int FAILED = 1;

  private Main() {}

  /** Runs one command; the JVM ends with its exit code. */
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
    // YARN takes any System.exit before its own bookkeeping for a failure, so success just returns.
    if (code != 0) {
      System.exit(code);
    }
  }

  /** In the terminal's charset, which is the host's default. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
  }

  /**
   * Why nothing can run here; empty where it can.
   *
   * @param java the JVM's line, like {@code 17}, or {@code 1.8}
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
    // Our jar holds no Spark, though plain java -jar starts it.
    return Main.class.getClassLoader().getResource("org/apache/spark/sql/SparkSession.class")
            == null
        ? "Spark is not on the class path; start this jar by spark-submit, as in: spark-submit"
            + " --class "
            + Main.class.getName()
            + " JAR --help"
        : "";
  }

  /** Runs one command in a JVM that goes on, and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return RootCommand.run(out, err, args);
  }
}
