package io.prumerge.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * The entry point of {@code spark-submit}, {@code java} and the Maven wrapper. Compiled for Java 8,
 * so that even an old JVM can print which version is required, and without a reference to Spark,
 * whose other versions have other classes. Everything else is in {@link RootCommand}.
 */
public final class Main {

  /** The Java versions that the build accepts too. */
  private static final List<String> JAVA = Arrays.asList("17", "21");

  private static final int FAILED = 1;

  private Main() {}

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    PrintWriter err = writer(System.err);
    String obstacle =
        obstacle(
            System.getProperty("java.specification.version"),
            properties("io/prumerge/console/build.properties"),
            properties("spark-version-info.properties").getProperty("version"),
            properties("library.properties").getProperty("version.number"));
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
   * Returns why no command can run here; empty if commands can run.
   *
   * @param java the JVM's specification version, such as {@code 17} or {@code 1.8}
   * @param built {@code spark} and {@code scala}: the lines that the build compiled for, such as
   *     {@code 3.5} and {@code 2.12}; empty for classes that come from no build
   * @param spark the version on the class path, such as {@code 3.5.9}; null without Spark
   * @param scala the version of Scala that it brings, such as {@code 2.12.18}
   */
  static String obstacle(String java, Properties built, String spark, String scala) {
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
    if (spark == null) {
      return "Spark is not on the class path; start this jar with spark-submit: spark-submit"
          + " --class "
          + Main.class.getName()
          + " JAR --help";
    }
    String builtSpark = built.getProperty("spark");
    String builtScala = built.getProperty("scala");
    return isOf(builtSpark, spark) && isOf(builtScala, scala)
        ? ""
        : "this jar was built for Spark "
            + builtSpark
            + " with Scala "
            + builtScala
            + ", and this is Spark "
            + spark
            + " with Scala "
            + scala
            + "; use Spark "
            + builtSpark
            + " (pip install 'pyspark=="
            + builtSpark
            + ".*'), or a jar that was built for this Spark";
  }

  /** Returns whether a version such as {@code 3.5.9} is of a line such as {@code 3.5}. */
  private static boolean isOf(String line, String version) {
    return line == null || version.equals(line) || version.startsWith(line + ".");
  }

  /** Returns the properties of a resource; none without it. */
  private static Properties properties(String resource) {
    Properties properties = new Properties();
    try (InputStream in = Main.class.getClassLoader().getResourceAsStream(resource)) {
      if (in != null) {
        properties.load(in);
      }
      return properties;
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + resource, e);
    }
  }

  /** Runs one command and returns its exit code, without ending the JVM. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return RootCommand.run(out, err, args);
  }
}
