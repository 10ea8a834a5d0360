package io.prumerge.console;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * The tasks of the stages that run at the moment, in Spark jobs of this thread and of those that it
 * starts. In Spark's web page, jobs without a description get the phase's name. How many jobs there
 * will be is not known, so there is no remaining time.
 */
final class RunningTasks extends SparkListener implements Phase.Status {

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
    if (description == null) {
      context.setJobDescription(name);
    }
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
        : String.format(Locale.ROOT, "%s, %,d of %,d tasks", Phase.clock(elapsed), ended, tasks);
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
    context.setLocalProperty(PHASE, outer);
    context.setLocalProperty(DESCRIPTION, description);
  }
}
