package io.prumerge.source;

/**
 * Names of files and folders that Spark, Hadoop and systems keep beside data, which is not read:
 * {@code _SUCCESS}, {@code _temporary}, {@code .ipynb_checkpoints}, {@code ._test.parquet}. The
 * rule is that of Spark's {@code HadoopFSUtils.shouldFilterOutPathName}, but that Parquet's
 * summaries ({@code _metadata}) are hidden, too.
 */
public final class HiddenName {

  /** How the name of a file ends that {@code hdfs dfs -put} has not copied whole. */
  private static final String COPYING = "._COPYING_";

  private HiddenName() {}

  /** Returns whether a file or a folder, and all that is in it, is left out. */
  public static boolean is(String name) {
    return name.startsWith(".")
        || name.startsWith("_") && !name.contains("=")
        || name.endsWith(COPYING);
  }
}
