package io.prumerge.finetune;

import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ModelLease;
import io.prumerge.training.AdapterTrainer;
import io.prumerge.training.StepResult;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A whole training as one Spark task, on the device that Spark assigned to it. It continues from
 * the last checkpoint, so a task that Spark repeats loses little.
 *
 * @param hadoop settings of the file systems
 * @param meter counts the steps
 */
record TrainingTask(Broadcast<SerializableConfiguration> hadoop, StepMeter meter)
    implements Function<TrainingJob, TrainingOutcome> {

  private static final long serialVersionUID = 1L;

  @Override
  public TrainingOutcome call(TrainingJob job) throws IOException {
    Configuration settings = hadoop.value().value();
    EngineConfig config = job.model().here();
    try (ModelLease model = job.model().acquire();
        Batches batches = Batches.open(job, model, config, settings);
        AdapterTrainer trainer =
            AdapterTrainer.open(model, job.recipe().settings(job.rows().count()))) {
      TrainingLog log = new TrainingLog(job.folder().restore(trainer, settings));
      String adapter = null;
      String error = null;
      try {
        while (trainer.steps() < job.steps()) {
          requireAlive();
          take(trainer, batches, log, job);
          if (trainer.steps() % job.storage().checkpointSteps() == 0
              || trainer.steps() == job.steps()) {
            job.model().requireSame(model);
            job.folder().save(trainer, log.progress(), settings);
          }
        }
        adapter = job.folder().write(trainer, job, settings);
      } catch (IllegalStateException e) { // another attempt would come to the same
        error = e.getMessage();
      }
      return new TrainingOutcome(
          job.number(),
          log.progress(),
          trainer.parameters(),
          model.model().device(),
          model.model().precision().label(),
          adapter,
          error);
    }
  }

  private void take(AdapterTrainer trainer, Batches batches, TrainingLog log, TrainingJob job)
      throws IOException {
    int step = trainer.steps();
    Batch batch = batches.of(step);
    log.leaveOut(batch.leftOut());
    StepResult result = trainer.step(batch.examples());
    log.add(StepRow.of(result, job.recipe().epoch(step, job.rows().count())));
    meter.count(result.loss());
  }

  /** Spark interrupts a killed task's thread only if the job is set to interrupt on cancel. */
  static void requireAlive() {
    if (TaskContext.get() != null && TaskContext.get().isInterrupted()) {
      throw new TaskKilledException("killed between two steps");
    }
  }
}
