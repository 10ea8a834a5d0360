package io.prumerge.jobs;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of one command. */
public final class Sessions implements AutoCloseable {

  private static final String MASTER = "spark.master";

  private final String command;
  private SparkSession session;
  private boolean ours;

  private Sessions(String command) {
    this.command = command;
  }

  /** Prepares the session of a command, but does not start it yet. */
  public static Sessions of(String command) {
    return new Sessions(command);
  }

  /**
   * Returns the running session, as in a notebook or a test, without changing its settings;
   * otherwise starts one. Master, memory and resources are settings of {@code spark-submit} and its
   * property files.
   */
  public SparkSession session() {
    if (session == null) {
      ours = SparkSession.getDefaultSession().isEmpty();
      session = ours ? start("prumerge-spark " + command) : SparkSession.getDefaultSession().get();
    }
    return session;
  }

  private static SparkSession start(String name) {
    StartLogging.asSparkDoes();
    SparkConf conf = new SparkConf();
    if (!conf.contains(MASTER)) {
      laptop(conf);
    }
    conf.setIfMissing("spark.app.name", name);
    conf.set("spark.sql.session.timeZone", "UTC");
    // The tables are wider than the default, and a plan's shortened text in the log needs no
    // warning.
    conf.setIfMissing("spark.sql.debug.maxToStringFields", "1000");
    // One report's queries are more than the 100 classes that Spark keeps. The next report, of a
    // rung or of another model, would compile all of them again.
    conf.setIfMissing("spark.sql.codegen.cache.maxEntries", "1000");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /**
   * Settings for plain {@code java}, as in the demo, where {@code spark-submit} sets no master: all
   * cores of this machine, reachable from this machine only, without a web page.
   */
  private static void laptop(SparkConf conf) {
    conf.set(MASTER, "local[*]");
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.driver.host", "127.0.0.1");
    conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    conf.setIfMissing("spark.sql.shuffle.partitions", "8");
    // Executors report progress with their heartbeat.
    conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
  }

  @Override
  public void close() {
    if (ours) {
      session.stop();
    }
  }
}
