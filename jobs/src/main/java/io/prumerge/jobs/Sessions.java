package io.prumerge.jobs;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of one command. */
final class Sessions implements AutoCloseable {

  private static final String MASTER = "spark.master";

  private final SparkSession session;
  private final boolean ours;

  private Sessions(SparkSession session, boolean ours) {
    this.session = session;
    this.ours = ours;
  }

  /**
   * The running session where there is one (a notebook, a test), which then stays; else a new one.
   * Master, memory and resources belong to {@code spark-submit} and its property files.
   */
  static Sessions open(String command) {
    boolean running = SparkSession.getDefaultSession().isDefined();
    SparkSession session =
        running ? SparkSession.getDefaultSession().get() : start("prumerge-spark " + command);
    // One row holds a whole encoded image: the default batch of 4096 rows would not fit the heap.
    session.conf().set("spark.sql.parquet.columnarReaderBatchSize", "64");
    session.conf().set("spark.sql.session.timeZone", "UTC");
    // The tables are wider than the default; cutting a plan's text for logs is worth no warning.
    session.conf().set("spark.sql.debug.maxToStringFields", "1000");
    return new Sessions(session, !running);
  }

  private static SparkSession start(String name) {
    SparkConf conf = new SparkConf();
    if (!conf.contains(MASTER)) {
      laptop(conf);
    }
    conf.setIfMissing("spark.app.name", name);
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

  SparkSession session() {
    return session;
  }

  @Override
  public void close() {
    if (ours) {
      session.stop();
    }
  }
}
