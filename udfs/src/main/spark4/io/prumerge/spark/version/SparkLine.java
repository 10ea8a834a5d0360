package io.prumerge.spark.version;

/** The line of Spark that these classes are compiled for. */
public final class SparkLine {

  /** The first two numbers of its version. */
  public static final String BUILT = "4.0";

  private SparkLine() {}
}
