package io.prumerge.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;

/**
 * How long Spark's jobs take and how much processor time, by the line of code that starts them.
 * Spark creates one for an application with {@code spark.extraListeners}.
 */
public final class StageTimes extends SparkListener {

  private static final double MILLIS = 1e3;
  private static final double NANOS = 1e9;
  private static final double MEGA = 1e6;

  /** All jobs that one line started. */
  private static final class Line {
    private long first = Long.MAX_VALUE;
    private long last;
    private long cpuNanos;
    private long shuffledBytes;
    private int jobs;
    private long tasks;
  }

  private static final Map<String, Line> LINES = new LinkedHashMap<>();
  private static final List<String> STAGES = new ArrayList<>();

  private final Map<Integer, String> lineOfStage = new HashMap<>();
  private final Map<Integer, String> lineOfJob = new HashMap<>();

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    synchronized (LINES) {
      Object site = start.properties().get("callSite.short");
      String line = site == null ? start.stageInfos().apply(0).name() : site.toString();
      lineOfJob.put(start.jobId(), line);
      for (int i = 0; i < start.stageInfos().size(); i++) {
        lineOfStage.put(start.stageInfos().apply(i).stageId(), line);
      }
      Line times = LINES.computeIfAbsent(line, name -> new Line());
      times.jobs++;
      times.first = Math.min(times.first, start.time());
    }
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    synchronized (LINES) {
      Line times = LINES.get(lineOfJob.get(end.jobId()));
      times.last = Math.max(times.last, end.time());
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    synchronized (LINES) {
      Line times = LINES.get(lineOfStage.get(completed.stageInfo().stageId()));
      times.tasks += completed.stageInfo().numTasks();
      STAGES.add(stage(completed.stageInfo()));
    }
  }

  private static String stage(StageInfo stage) {
    TaskMetrics of = stage.taskMetrics();
    return String.format(
        Locale.ROOT,
        "| %d %s | %d | %.1f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f |",
        stage.stageId(),
        stage.name(),
        stage.numTasks(),
        of.executorRunTime() / MILLIS,
        of.executorCpuTime() / NANOS,
        of.jvmGCTime() / MILLIS,
        of.inputMetrics().bytesRead() / MEGA,
        of.shuffleReadMetrics().totalBytesRead() / MEGA,
        of.shuffleWriteMetrics().bytesWritten() / MEGA,
        of.diskBytesSpilled() / MEGA);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    synchronized (LINES) {
      Line times = LINES.get(lineOfStage.get(end.stageId()));
      if (end.taskMetrics() != null) {
        times.cpuNanos += end.taskMetrics().executorCpuTime();
        times.shuffledBytes += end.taskMetrics().shuffleWriteMetrics().bytesWritten();
      }
    }
  }

  /** A table of all stages in Markdown, in the order in which they ended. */
  static String stages() {
    synchronized (LINES) {
      return "| stage | tasks | task s | CPU s | GC s | MB read | MB from shuffles | MB shuffled | MB spilled |\n"
          + "|---|---|---|---|---|---|---|---|---|\n"
          + String.join("\n", STAGES);
    }
  }

  /** A table in Markdown, in the order in which the lines came. */
  static String markdown() {
    List<String> rows = new ArrayList<>();
    rows.add("| started by | s | CPU s | jobs | tasks | MB shuffled |");
    rows.add("|---|---|---|---|---|---|");
    synchronized (LINES) {
      LINES.forEach(
          (name, line) ->
              rows.add(
                  String.format(
                      Locale.ROOT,
                      "| %s | %.1f | %.1f | %d | %d | %.0f |",
                      name,
                      (line.last - line.first) / MILLIS,
                      line.cpuNanos / NANOS,
                      line.jobs,
                      line.tasks,
                      line.shuffledBytes / MEGA)));
    }
    return String.join("\n", rows);
  }
}
