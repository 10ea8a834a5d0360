package io.prumerge;

import io.prumerge.store.QuickLocalFileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.mapreduce.util.ConfigUtil;
import org.apache.spark.sql.SparkSession;

/** The only Spark session of a test JVM. Commands use it and leave it running. */
public final class LocalSpark {

  private static final Set<String> YARN = Set.of("yarn-default.xml", "mapred-default.xml");
  private static final String DISK = "fs.file.impl";
  private static final String DISK_UNCACHED = DISK + ".disable.cache";

  /** Spark's own limit is 10 seconds, and a busy machine may take longer. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private LocalSpark() {}

  /** Returns what gives a session to code that must not ask for one. */
  public static Supplier<SparkSession> unused() {
    return () -> {
      throw new AssertionError("this needs no Spark");
    };
  }

  public static synchronized SparkSession session() {
    if (System.getProperty("test.excludedGroups", "").contains("spark")) {
      throw new IllegalStateException("A test that starts Spark needs @Tag(\"spark\")");
    }
    if (SparkSession.getDefaultSession().isDefined()) {
      return SparkSession.getDefaultSession().get();
    }
    SparkSession session = created();
    forgetDefaultsOfYarn(session.sparkContext().hadoopConfiguration());
    return session;
  }

  private static SparkSession created() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.debug.maxToStringFields", "1000")
        // The long form of each plan, which only the UI shows, was a fiftieth of the tests' work.
        .config("spark.sql.ui.explainMode", "simple")
        .config("spark.hadoop." + DISK, QuickLocalFileSystem.class.getName())
        // As the commands' own session on one machine has it.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        // Every run's queries are the same, and what Spark compiles all the same is compiled once.
        .config("spark.sql.codegen.cache.maxEntries", "10000")
        // Each broadcast takes 4 MB, and each sort and aggregate 64 MB, which are filled with
        // zeros: a third of all that the tests allocated.
        .config("spark.broadcast.blockSize", "64k")
        .config("spark.buffer.pageSize", "1m")
        .getOrCreate();
  }

  /**
   * Each query sends all of Hadoop's settings to its tasks, which was a tenth of the tests' work.
   * Two thirds are the defaults of YARN and MapReduce, whose code knows them, too, but for the
   * committers of object stores.
   */
  private static void forgetDefaultsOfYarn(Configuration hadoop) {
    ConfigUtil.loadResources(); // which otherwise come back with the first query
    for (Map.Entry<String, String> setting : hadoop) {
      String name = setting.getKey();
      if (Stream.of(hadoop.getPropertySources(name)).anyMatch(YARN::contains)
          && !name.startsWith("mapreduce.outputcommitter.")) {
        hadoop.unset(name);
      }
    }
  }

  /** What is done with files. */
  public interface FileWork<T> {
    T done() throws IOException;
  }

  /**
   * Does something for which Spark and the commands reach the local disk through a test's own file
   * system.
   */
  public static <T> T through(Class<? extends FileSystem> files, FileWork<T> work)
      throws IOException {
    Configuration hadoop = session().sparkContext().hadoopConfiguration();
    hadoop.setClass(DISK, files, FileSystem.class);
    hadoop.setBoolean(DISK_UNCACHED, true);
    try {
      return work.done();
    } finally {
      hadoop.setClass(DISK, QuickLocalFileSystem.class, FileSystem.class);
      hadoop.unset(DISK_UNCACHED);
    }
  }

  /** Waits until listeners have been told of all that Spark has done. */
  public static void tellListeners() throws TimeoutException {
    session().sparkContext().listenerBus().waitUntilEmpty(PATIENCE.toMillis());
  }
}
