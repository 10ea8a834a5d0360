package io.prumerge.finetune;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.console.Failure;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ModelLease;
import io.prumerge.training.AdapterTrainer;
import io.prumerge.training.BatchGradients;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * One training over several devices. In each step every device computes the gradients of its part
 * of the batch; their sum is broadcast, and before the next step every device applies it itself. So
 * all devices have the same trained values, and none has to send them.
 *
 * <p>Parts are added in pairs of neighbours, so that the sum does not depend on who is done first.
 * {@code treeAggregate} adds up the last ones in the order in which they arrive.
 *
 * @param parts number of devices
 */
record SharedTraining(
    JavaSparkContext context,
    Broadcast<SerializableConfiguration> hadoop,
    TrainingJob job,
    int parts,
    StepWatch watch) {

  /** Computes the gradients of a part on the task's device. */
  private record Gradients(
      String training,
      Broadcast<SerializableConfiguration> hadoop,
      TrainingJob job,
      StepInput input,
      int parts)
      implements PairFunction<Integer, Integer, StepPart> {

    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Integer, StepPart> call(Integer part) throws IOException {
      Configuration settings = hadoop.value().value();
      return new Tuple2<>(
          part, SharedDevice.of(training, job, settings).gradients(input, part, parts));
    }
  }

  /** Writes the adapter on one of the devices. */
  private record Finish(
      String training,
      Broadcast<SerializableConfiguration> hadoop,
      TrainingJob job,
      StepInput input)
      implements Function<Integer, TrainingOutcome> {

    private static final long serialVersionUID = 1L;

    @Override
    public TrainingOutcome call(Integer part) throws IOException {
      return SharedDevice.of(training, job, hadoop.value().value()).finish(input);
    }
  }

  /** Trains from the last checkpoint to the last step. */
  TrainingOutcome run() throws IOException {
    String training = UUID.randomUUID().toString();
    TrainingProgress before = job.folder().progress(hadoop.value().value());
    TrainingLog log = new TrainingLog(before);
    List<Broadcast<BatchGradients>> sums = new ArrayList<>();
    int from = before.steps().size();
    for (int step = from; step < job.steps(); step++) {
      boolean save = step > from && step % job.storage().checkpointSteps() == 0;
      StepInput input = new StepInput(from, sums, save ? log.progress() : null);
      StepPart sum = sum(training, input);
      if (save) {
        sums.forEach(Broadcast::destroy);
        sums.clear();
        from = step;
      }
      StepRow row = row(sum.gradients(), step);
      log.add(row);
      log.leaveOut(sum.leftOut());
      watch.count(row.loss());
      sums.add(context.broadcast(sum.gradients()));
    }
    Finish finish = new Finish(training, hadoop, job, new StepInput(from, sums, log.progress()));
    TrainingOutcome outcome = context.parallelize(List.of(0), 1).map(finish).first();
    sums.forEach(Broadcast::destroy);
    close();
    return outcome;
  }

  private StepPart sum(String training, StepInput input) {
    JavaPairRDD<Integer, StepPart> all =
        context
            .parallelize(IntStream.range(0, parts).boxed().toList(), parts)
            .mapToPair(new Gradients(training, hadoop, job, input, parts));
    for (int left = parts; left > 1; left = (left + 1) / 2) {
      all =
          all.mapToPair(one -> new Tuple2<>(one._1() / 2, one._2()))
              .reduceByKey(new HashPartitioner((left + 1) / 2), StepPart::plus);
    }
    return all.values().collect().get(0);
  }

  /** Returns what {@link io.prumerge.training.AdapterTrainer#apply} will say of a sum. */
  private StepRow row(BatchGradients sum, int step) {
    if (sum.answerTokens() == 0) {
      throw new Failure("Cannot take step " + (step + 1) + ": its batch has no answer token");
    }
    double squares = 0;
    for (float value : sum.values()) {
      squares += (double) value * value;
    }
    return new StepRow(
        step + 1,
        job.recipe().epoch(step, job.rows().count()),
        sum.loss() / sum.answerTokens(),
        sum.answerTokens(),
        job.recipe().learningRate(step, job.rows().count()),
        Math.sqrt(squares) / sum.answerTokens());
  }

  /** Frees the devices that tasks reach; the next training frees the others. */
  private void close() {
    context
        .parallelize(IntStream.range(0, 2 * parts).boxed().toList(), 2 * parts)
        .foreach(part -> SharedDevice.closeAll());
  }

  /**
   * A device of this JVM that takes part in a training over several. It stays open from step to
   * step; tasks that run at once on one device take turns.
   */
  private static final class SharedDevice implements Closeable {

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
          AdapterTrainer trainer =
              AdapterTrainer.open(model, job.recipe().settings(job.rows().count()));
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
    synchronized StepPart gradients(StepInput input, int part, int parts) throws IOException {
      catchUp(input);
      if (part == 0 && input.save() != null) {
        job.folder().save(trainer, input.save(), hadoop);
      }
      Batch batch = batches.of(input.step(), part, parts);
      BatchGradients gradients = trainer.gradients(batch.examples());
      job.model().requireSame(model);
      return new StepPart(gradients, batch.leftOut());
    }

    /** Writes the last checkpoint and the adapter. */
    synchronized TrainingOutcome finish(StepInput input) throws IOException {
      catchUp(input);
      job.folder().save(trainer, input.save(), hadoop);
      String adapter = job.folder().write(trainer, job, hadoop);
      return new TrainingOutcome(
          job.number(),
          input.save(),
          trainer.parameters(),
          model.model().device(),
          model.model().precision().label(),
          adapter,
          null);
    }

    private void catchUp(StepInput input) throws IOException {
      if (trainer.steps() < input.from()) {
        job.folder().restore(trainer, hadoop);
      }
      while (trainer.steps() < input.step()) {
        TrainingTask.requireAlive();
        try {
          trainer.apply(input.sums().get(trainer.steps() - input.from()).value());
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

  /**
   * What a device needs to take part in a step: the sums of the steps since the last checkpoint, so
   * that a device which was not there meanwhile can catch up.
   *
   * @param from step that the first sum belongs to, from 0
   * @param sums one for each step before this one
   * @param save what to write into a checkpoint before this step; null for no checkpoint
   */
  private record StepInput(int from, List<Broadcast<BatchGradients>> sums, TrainingProgress save)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    StepInput {
      sums = List.copyOf(sums);
    }

    /** Returns the step, from 0. */
    int step() {
      return from + sums.size();
    }
  }

  /**
   * What one device found out about its part of a step's batch, or several about theirs.
   *
   * @param leftOut rows that turned out to be broken
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  private record StepPart(BatchGradients gradients, List<BrokenRow> leftOut)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    StepPart {
      leftOut = List.copyOf(leftOut);
    }

    /** Returns the sum of two parts, whichever comes first. Gives this one's gradients up. */
    StepPart plus(StepPart other) {
      return new StepPart(
          gradients.plus(other.gradients),
          Stream.concat(leftOut.stream(), other.leftOut.stream()).sorted().toList());
    }
  }
}
