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

  /** For a command that has not asked for its session yet. */
  public static Sessions of(String command) {
    return new Sessions(command);
  }

  /**
   * The running session where there is one (a notebook, a test), which then stays as it is, its
   * settings included; else a new one. Master, memory and resources belong to {@code spark-submit}
   * and its property files.
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
    // The tables are wider than the default; cutting a plan's text for logs is worth no warning.
    conf.setIfMissing("spark.sql.debug.maxToStringFields", "1000");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /**
   * Started by plain {@code java}, as the demo is, nobody else says where to run. This is the one
   * place that does: all cores of this machine, reachable from this machine only, no web page.
   */
  private static void laptop(SparkConf conf) {
    conf.set(MASTER, "local[*]");
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.driver.host", "127.0.0.1");
    conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    conf.setIfMissing("spark.sql.shuffle.partitions", "8");
    // Progress travels with the heartbeat.
    conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
  }

  @Override
  public void close() {
    if (ours) {
      session.stop();
    }
  }
}
