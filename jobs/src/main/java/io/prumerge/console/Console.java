package io.prumerge.console;

import io.prumerge.lang.Text;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The output streams of a command. */
public final class Console {

  /** Lines are not broken, since a file or another program reads them. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Prints nothing. */
  public static final Console SILENT =
      new Console(
          new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), UNLIMITED);

  /** Of a terminal whose width is not known. */
  private static final int USUAL_WIDTH = 80;

  /** Bits that bytes have more than megabytes. */
  private static final int MEGABYTES = 20;

  private final PrintWriter out;
  private final PrintWriter err;
  private final int width;
  private final StatusLine status;

  /**
   * @param out results
   * @param err warnings and progress
   * @param width characters per line: the terminal's width, or {@link #UNLIMITED} without a
   *     terminal
   */
  public Console(PrintWriter out, PrintWriter err, int width) {
    this(
        out,
        err,
        width,
        new StatusLine(err, StatusLine.isTerminal(), width == UNLIMITED ? USUAL_WIDTH : width));
  }

  private Console(PrintWriter out, PrintWriter err, int width, StatusLine status) {
    this.out = out;
    this.err = err;
    this.width = width;
    this.status = status;
  }

  /** Returns a console that prints everything to the standard error stream, results too. */
  public static Console standardError() {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new Console(err, err, UNLIMITED);
  }

  /** Returns the console of a command. */
  public static Console of(CommandLine command) {
    int width = System.console() == null ? UNLIMITED : command.getUsageHelpWidth();
    return new Console(command.getOut(), command.getErr(), width);
  }

  /** Returns where results go. */
  public PrintWriter out() {
    return out;
  }

  /** Returns where warnings and progress go. */
  public PrintWriter err() {
    return err;
  }

  /** Returns the characters per line. */
  public int width() {
    return width;
  }

  /**
   * Returns a console that prints everything to {@code err}, to keep {@code out} for one JSON
   * document.
   */
  public Console quiet() {
    return new Console(err, err, width, status);
  }

  /** Prints a warning, formatted as in {@link Wording#of}. */
  public void warn(String format, Object... values) {
    status.print("warning: " + Wording.of(format, values).onCommandLine());
  }

  /** Prints a line next to the results, not among them, formatted as in {@link Wording#of}. */
  public void say(String format, Object... values) {
    status.print(Wording.of(format, values).onCommandLine());
  }

  /** What is done in a phase. */
  public interface Action<T, E extends Exception> {
    T run() throws E;
  }

  /** Shows how long an action takes. */
  public <T, E extends Exception> T during(String name, Action<T, E> action) throws E {
    return during(name, Phase::clock, action);
  }

  /** Shows how long an action takes, and the Spark jobs that its thread starts. */
  public <T, E extends Exception> T during(String name, SparkContext context, Action<T, E> action)
      throws E {
    return during(name, new RunningTasks(context, name), action);
  }

  @SuppressWarnings("try") // a phase is there as long as its block
  private <T, E extends Exception> T during(String name, PhaseStatus shown, Action<T, E> action)
      throws E {
    try (Phase phase = new Phase(status, name, shown, new AtomicLong())) {
      return action.run();
    }
  }

  /**
   * Starts a phase that counts what it is told.
   *
   * @param unit what is counted
   * @param total the last count, or {@link Work#UNKNOWN}
   */
  public Phase counted(String name, String unit, Work total) {
    return added(name, unit, 0, total);
  }

  /** Starts a phase that counts the bytes that it is told. */
  public Phase bytes(String name, long total) {
    return added(name, "MB", MEGABYTES, new Work(total));
  }

  private Phase added(String name, String unit, int shift, Work total) {
    AtomicLong told = new AtomicLong();
    Pace pace = new Pace(Work.NOTHING, total);
    return new Phase(
        status, name, new Counted(unit, shift, pace, () -> new Work(told.get()), () -> ""), told);
  }

  /**
   * Starts a phase that asks how far it is.
   *
   * @param unit what is counted
   * @param before work of earlier attempts
   * @param total all work
   * @param done work of this attempt so far; too much if tasks are repeated
   * @param note what to say after the counts while they grow; may be empty
   */
  public Phase counted(
      String name,
      String unit,
      Work before,
      Work total,
      Supplier<Work> done,
      Supplier<String> note) {
    return new Phase(
        status, name, new Counted(unit, 0, new Pace(before, total), done, note), new AtomicLong());
  }

  /** Returns a console that drops results, for a step of a command that shows its own. */
  public Console withoutResults() {
    return new Console(new PrintWriter(Writer.nullWriter()), err, width, status);
  }

  /**
   * Prints a table of results, with a bold header if the terminal has colours. Splits a table that
   * is wider than the terminal into parts, each with the names.
   *
   * @param cells lines of equal length, the header first; the first cell of a line is its name
   */
  public void table(List<List<String>> cells) {
    table(cells, 1);
  }

  /**
   * Prints a table of results as {@link #table(List)} does.
   *
   * @param names leading columns of words, aligned left; the others are figures, aligned right
   */
  public void table(List<List<String>> cells, int names) {
    List<List<String>> blocks = TextTable.blocks(cells, names, names, width);
    for (int block = 0; block < blocks.size(); block++) {
      if (block > 0) {
        out.println();
      }
      List<String> lines = blocks.get(block);
      out.println(bold(lines.get(0)));
      lines.subList(1, lines.size()).forEach(out::println);
    }
  }

  /**
   * Prints an empty line and a title, then a table of results.
   *
   * @param names as of {@link #table(List, int)}
   */
  public void table(String title, List<List<String>> cells, int names) {
    out.println();
    out.println(title + ":");
    table(cells, names);
  }

  private static String bold(String text) {
    // AUTO respects terminals and the variable NO_COLOR.
    return Ansi.AUTO.enabled()
        ? Ansi.Style.on(Ansi.Style.bold) + text + Ansi.Style.off(Ansi.Style.bold)
        : text;
  }

  /**
   * The tasks of the stages that run at the moment, in Spark jobs of this thread and of those that
   * it starts. In Spark's web page, jobs without a description get one with the phase's name. How
   * many jobs there will be is not known, so there is no remaining time.
   */
  static final class RunningTasks extends SparkListener implements PhaseStatus {

    private static final String PHASE = "prumerge.phase";
    private static final String DESCRIPTION = "spark.job.description";

    private static final class Stage {
      private final int tasks;
      private int ended;

      Stage(int tasks) {
        this.tasks = tasks;
      }
    }

    private final SparkContext context;
    private final String id = UUID.randomUUID().toString();
    private final String outer;
    private final String description;
    private final Map<Integer, Stage> running = new HashMap<>();

    /** Marks this thread's jobs, and counts their tasks until it is closed. */
    RunningTasks(SparkContext context, String name) {
      this.context = context;
      this.outer = context.getLocalProperty(PHASE);
      this.description = context.getLocalProperty(DESCRIPTION);
      context.setLocalProperty(PHASE, id);
      JobDescription.step(context, name);
      context.addSparkListener(this);
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
      if (stage.properties() != null && id.equals(stage.properties().getProperty(PHASE))) {
        running.put(stage.stageInfo().stageId(), new Stage(stage.stageInfo().numTasks()));
      }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
      Stage stage = running.get(task.stageId());
      if (stage != null && task.taskInfo().successful()) {
        stage.ended++;
      }
    }

    @Override
    public synchronized void onStageCompleted(SparkListenerStageCompleted stage) {
      running.remove(stage.stageInfo().stageId());
    }

    @Override
    public synchronized String running(Duration elapsed) {
      int tasks = running.values().stream().mapToInt(stage -> stage.tasks).sum();
      int ended = running.values().stream().mapToInt(stage -> stage.ended).sum();
      return tasks == 0
          ? Phase.clock(elapsed)
          : Text.format("%s, %,d of %,d tasks", Phase.clock(elapsed), ended, tasks);
    }

    @Override
    public void close() {
      context.removeSparkListener(this);
      context.setLocalProperty(PHASE, outer);
      context.setLocalProperty(DESCRIPTION, description);
    }
  }
}
