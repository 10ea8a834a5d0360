package io.prumerge.spark;

import io.prumerge.engine.LlavaEngine;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** The processor cores that Spark's settings give to the tasks of this process. */
public final class TaskCores {

  private static final String EXECUTOR = "spark.executor.cores";
  private static final String ALL = "*";

  // As SparkContext reads it: local, local[N], local[*], and these with a number of failures.
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\*|[0-9]+)(?:\\s*,\\s*[0-9]+)?])?");

  private TaskCores() {}

  /**
   * Lets models that are loaded from now on use these cores, no more than the JVM sees in local
   * mode. Without such a setting they use all.
   */
  public static void use() {
    int processors = Runtime.getRuntime().availableProcessors();
    of(SparkEnv.get().conf(), TaskModel.onDriver(), processors).ifPresent(LlavaEngine::useThreads);
  }

  /**
   * Returns the cores; empty if the settings leave them open.
   *
   * @param driver whether the process is the driver, whose tasks are those of local mode
   * @param processors that the JVM sees
   */
  static OptionalInt of(SparkConf conf, boolean driver, int processors) {
    if (!driver) {
      return conf.contains(EXECUTOR)
          ? OptionalInt.of(conf.getInt(EXECUTOR, 1))
          : OptionalInt.empty();
    }
    Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
    if (!local.matches()) {
      return OptionalInt.empty();
    }
    String threads = local.group(1) == null ? "1" : local.group(1);
    return OptionalInt.of(
        threads.equals(ALL) ? processors : Math.min(Integer.parseInt(threads), processors));
  }
}
