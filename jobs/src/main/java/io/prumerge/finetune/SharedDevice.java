package io.prumerge.finetune;

import io.prumerge.console.Failure;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ModelLease;
import io.prumerge.training.AdapterTrainer;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * A device of this JVM that takes part in a training over several. It stays open from step to step;
 * tasks that run at once on one device take turns.
 */
final class SharedDevice implements Closeable {

  /** Those of one training, by the address that Spark assigned. */
  private static final Map<String, SharedDevice> OPEN = new HashMap<>();

  private static String openFor = "";

  private final TrainingJob job;
  private final ModelLease model;
  private final Batches batches;
  private final AdapterTrainer trainer;
  private final Configuration hadoop;

  private SharedDevice(
      TrainingJob job,
      ModelLease model,
      Batches batches,
      AdapterTrainer trainer,
      Configuration hadoop) {
    this.job = job;
    this.model = model;
    this.batches = batches;
    this.trainer = trainer;
    this.hadoop = hadoop;
  }

  /**
   * Returns the running task's device, with the job's model. Closes what is open for another
   * training.
   *
   * @param training distinguishes trainings, and attempts at the same one
   */
  static SharedDevice of(String training, TrainingJob job, Configuration hadoop)
      throws IOException {
    synchronized (OPEN) {
      if (!openFor.equals(training)) {
        closeAll();
        openFor = training;
      }
      SharedDevice device = OPEN.get(address());
      if (device == null) {
        device = open(job, hadoop);
        OPEN.put(address(), device);
      }
      return device;
    }
  }

  private static SharedDevice open(TrainingJob job, Configuration hadoop) throws IOException {
    EngineConfig config = job.model().here();
    ModelLease model = job.model().acquire();
    try {
      Batches batches = Batches.open(job, model, config, hadoop);
      try {
        AdapterTrainer trainer = AdapterTrainer.open(model, job.recipe().settings(job.rows()));
        job.folder().restore(trainer, hadoop);
        return new SharedDevice(job, model, batches, trainer, hadoop);
      } catch (IOException | RuntimeException e) {
        batches.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static String address() {
    return Optional.ofNullable(TaskContext.get())
        .map(task -> task.resourcesJMap().get("gpu"))
        .map(ResourceInformation::addresses)
        .map(addresses -> String.join(",", addresses))
        .orElse("");
  }

  /** Closes the devices of this JVM. */
  static void closeAll() throws IOException {
    synchronized (OPEN) {
      for (SharedDevice device : OPEN.values()) {
        device.close();
      }
      OPEN.clear();
      openFor = "";
    }
  }

  /**
   * Computes the gradients of a part of a step's batch.
   *
   * @param part number of the part, from 0; the first one writes the checkpoint
   * @param parts number of parts
   */
  synchronized StepPart gradients(Handout handout, int part, int parts) throws IOException {
    catchUp(handout);
    if (part == 0 && handout.save() != null) {
      job.folder().save(trainer, handout.save(), hadoop);
    }
    Batches.Batch batch = batches.of(handout.step(), part, parts);
    return new StepPart(trainer.gradients(batch.examples()), batch.leftOut());
  }

  /** Writes the last checkpoint and the adapter. */
  synchronized TrainingOutcome finish(Handout handout) throws IOException {
    catchUp(handout);
    job.folder().save(trainer, handout.save(), hadoop);
    job.folder().write(trainer, job, hadoop);
    return new TrainingOutcome(
        job.number(), handout.save(), trainer.parameters(), model.device(), model.dtype(), null);
  }

  private void catchUp(Handout handout) throws IOException {
    if (trainer.steps() < handout.from()) {
      job.folder().restore(trainer, hadoop);
    }
    while (trainer.steps() < handout.step()) {
      TrainingTask.requireAlive();
      try {
        trainer.apply(handout.sums().get(trainer.steps() - handout.from()).value());
      } catch (IllegalStateException e) {
        throw new Failure(e.getMessage());
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try (model;
        batches) {
      trainer.close();
    }
  }
}
