package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExecutorWatch;
import io.prumerge.console.Failure;
import io.prumerge.console.JobDescription;
import io.prumerge.console.LastTasks;
import io.prumerge.lang.Text;
import io.prumerge.settings.AnswerSource;
import io.prumerge.spark.KryoRegistration;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.QuickLocalFileSystem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of one command. */
public final class Sessions implements AutoCloseable {

  private static final String MASTER = "spark.master";
  private static final String NAME = "spark.app.name";
  private static final String HERE = "local[*]";

  /** That of the class, which is compiled after all others, for Java 8. */
  private static final String MAIN = "io.prumerge.jobs.Main";

  /** Lists of applications have narrow columns. */
  private static final int LONGEST_NAME = 120;

  private final Console console;
  private final Supplier<String> work;
  private Optional<String> master = Optional.empty();
  private SparkSession session;

  /** How long cancelled tasks are waited for; an image takes less. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private boolean ours;
  private ExecutorWatch watch;
  private JobDescription described;

  private Sessions(Console console, Supplier<String> work) {
    this.console = console;
    this.work = work;
  }

  /**
   * Prepares the session of a command, but does not start it yet.
   *
   * @param console shows that Spark is starting
   * @param work the command and what it works on, for Spark's web page
   */
  public static Sessions of(Console console, Supplier<String> work) {
    return new Sessions(console, work);
  }

  /** Prepares a session as {@link #of} does, whose tasks run in this process. */
  static Sessions here(Console console, Supplier<String> work) {
    Sessions sessions = of(console, work);
    sessions.master = Optional.of(HERE);
    return sessions;
  }

  /** Returns the last part of a path. */
  static String name(String path) {
    return path.replaceFirst("/+$", "").replaceFirst("^.*/", "");
  }

  /** Returns the last parts of several paths. */
  static String names(List<String> paths) {
    return paths.stream().map(Sessions::name).collect(Collectors.joining(", "));
  }

  /** Returns the names of several models. */
  static String models(List<String> models) {
    return models.stream()
        .map(model -> AnswerSource.parse(model).name())
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the running session, as in a notebook or a test, without changing its settings;
   * otherwise starts one. Master, memory and resources are settings of {@code spark-submit} and its
   * property files.
   */
  public SparkSession session() {
    if (session == null) {
      ours = SparkSession.getDefaultSession().isEmpty();
      session = UsableSession.of(ours ? start() : SparkSession.getDefaultSession().get());
      described = new JobDescription(session.sparkContext(), work.get());
    }
    return session;
  }

  private SparkSession start() {
    StartLogging.found().ifPresent(file -> console.err().println("Logging as " + file + " says"));
    SparkConf given = new SparkConf();
    master.ifPresent(one -> given.setMaster(one));
    SparkConf conf = settings(given, work.get());
    SparkSession started;
    try {
      started =
          console.during("Starting Spark", () -> SparkSession.builder().config(conf).getOrCreate());
    } catch (IllegalStateException e) {
      throw unreached(conf, e);
    }
    // In local mode the driver itself is the executor.
    if (!started.sparkContext().isLocal()) {
      watch = ExecutorWatch.of(console, started.sparkContext());
    }
    return started;
  }

  /** Explains a context that has stopped before it was ready, as Spark does without a master. */
  static RuntimeException unreached(SparkConf conf, IllegalStateException problem) {
    boolean standalone = conf.get(MASTER).startsWith("spark://");
    if (!standalone || !String.valueOf(problem.getMessage()).contains("stopped")) {
      return problem;
    }
    return new Failure(
        Text.format(
            "Cannot start Spark: no master answers at %s, or it refuses the application. Its log"
                + " and its web page have its URL: name exactly that",
            conf.get(MASTER)));
  }

  /**
   * Adds settings that the user has left open.
   *
   * @param work the command and what it works on
   * @throws IllegalArgumentException if no executor has room for a task, or Kryo would refuse one
   */
  static SparkConf settings(SparkConf conf, String work) {
    conf.setIfMissing(MASTER, HERE);
    KryoRegistration.requireOptional(conf);
    int cores = conf.getInt("spark.executor.cores", Integer.MAX_VALUE);
    int taskCores = conf.getInt("spark.task.cpus", 1);
    if (cores < taskCores) { // Spark says so too, after lines of its log
      throw new IllegalArgumentException(
          Text.format(
              "Cannot start Spark: an executor has spark.executor.cores=%d, and a task takes"
                  + " spark.task.cpus=%d; lower the latter to %1$d",
              cores, taskCores));
    }
    if (conf.get(MASTER).startsWith("local")) {
      laptop(conf);
    }
    // Without a name of the user's, spark-submit gives the main class.
    if (conf.get(NAME, MAIN).equals(MAIN)) {
      String name = "prumerge-spark " + work;
      conf.set(
          NAME, name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 3) + "..." : name);
    }
    conf.set("spark.sql.session.timeZone", "UTC");
    // Spark's bar and this project's line would overwrite each other.
    conf.set("spark.ui.showConsoleProgress", "false");
    // The tables are wider than the default, and a plan's shortened text in the log needs no
    // warning.
    conf.setIfMissing("spark.sql.debug.maxToStringFields", "1000");
    // One report's queries are more than the 100 classes that Spark keeps. The next report, of a
    // rung or of another model, would compile all of them again.
    conf.setIfMissing("spark.sql.codegen.cache.maxEntries", "1000");
    return conf;
  }

  /**
   * Settings for one machine, whether Spark's start names it or not: reachable from this machine
   * only, without a web page, and with partitions and queries for few cores.
   */
  private static void laptop(SparkConf conf) {
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.driver.host", "127.0.0.1");
    conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    conf.setIfMissing("spark.sql.shuffle.partitions", "8");
    // A small run's rows are too few to pay for compiling forty of its 67 classes, a seventh of its
    // time; Spark compiles the others all the same. With 300,000 answers a report takes as long
    // either way.
    conf.setIfMissing("spark.sql.codegen.wholeStage", "false");
    conf.setIfMissing("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    // Executors report progress with their heartbeat. After so many without an answer within the
    // interval they end the process, here the driver's own: ten minutes, as with Spark's interval.
    conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
    conf.setIfMissing("spark.executor.heartbeat.maxFailures", "600");
    // The executors of local-cluster are JVMs of their own, which start without this class.
    if (!conf.get(MASTER).startsWith("local-cluster") && QuickLocalFileSystem.helps()) {
      conf.setIfMissing("spark.hadoop.fs.file.impl", QuickLocalFileSystem.class.getName());
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    if (described != null) {
      described.close();
    }
    if (ours) {
      LastTasks.await(session.sparkContext(), PATIENCE);
      session.stop();
    }
  }
}
