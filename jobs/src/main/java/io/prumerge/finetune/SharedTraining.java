package io.prumerge.finetune;

import io.prumerge.console.Failure;
import io.prumerge.training.BatchGradients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * One training over several devices. In each step every device computes the gradients of its part
 * of the batch; their sum is broadcast, and before the next step every device applies it by itself.
 * So all devices have the same trained values, and none has to send them.
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
      Handout handout,
      int parts)
      implements PairFunction<Integer, Integer, StepPart> {

    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Integer, StepPart> call(Integer part) throws IOException {
      Configuration settings = hadoop.value().value();
      return new Tuple2<>(
          part, SharedDevice.of(training, job, settings).gradients(handout, part, parts));
    }
  }

  /** Writes the adapter on one of the devices. */
  private record Finish(
      String training,
      Broadcast<SerializableConfiguration> hadoop,
      TrainingJob job,
      Handout handout)
      implements Function<Integer, TrainingOutcome> {

    private static final long serialVersionUID = 1L;

    @Override
    public TrainingOutcome call(Integer part) throws IOException {
      return SharedDevice.of(training, job, hadoop.value().value()).finish(handout);
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
      boolean save = step > from && step % job.checkpointSteps() == 0;
      Handout handout = new Handout(from, sums, save ? log.progress() : null);
      StepPart sum = sum(training, handout);
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
    Finish finish = new Finish(training, hadoop, job, new Handout(from, sums, log.progress()));
    TrainingOutcome outcome = context.parallelize(List.of(0), 1).map(finish).first();
    sums.forEach(Broadcast::destroy);
    close();
    return outcome;
  }

  private StepPart sum(String training, Handout handout) {
    JavaPairRDD<Integer, StepPart> all =
        context
            .parallelize(IntStream.range(0, parts).boxed().toList(), parts)
            .mapToPair(new Gradients(training, hadoop, job, handout, parts));
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
        job.recipe().epoch(step, job.rows()),
        sum.loss() / sum.answerTokens(),
        sum.answerTokens(),
        job.recipe().learningRate(step, job.rows()),
        Math.sqrt(squares) / sum.answerTokens());
  }

  /** Frees the devices, as far as tasks reach them; the next training frees the others. */
  private void close() {
    context
        .parallelize(IntStream.range(0, 2 * parts).boxed().toList(), 2 * parts)
        .foreach(part -> SharedDevice.closeAll());
  }
}
