package io.prumerge.finetune;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.Versions;
import io.prumerge.run.Environment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The record of a finished training, {@code training.json} next to the adapter.
 *
 * @param settings everything that decided it, apart from the environments
 * @param environments those that it was begun and continued in, in order
 * @param device as {@code cpu} or {@code cuda:N}
 * @param dtype arithmetic of the model
 * @param endedAt time in ISO 8601, UTC
 */
record TrainingManifest(
    TrainingRecord settings,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Environment> environments,
    @JsonUnwrapped Result result,
    @JsonUnwrapped Software software,
    String device,
    String dtype,
    String endedAt) {

  TrainingManifest {
    environments = List.copyOf(environments);
  }

  /**
   * The result of the training.
   *
   * @param steps number of steps
   * @param parameters number of trained values
   * @param firstLoss of the first step, in nats per answer token
   * @param lastLoss mean of the last twentieth of the steps
   */
  record Result(int steps, int parameters, double firstLoss, double lastLoss) {}

  /** What ran on the driver at the end. */
  record Software(String codeVersion, String codeCommit, String sparkVersion, String djlVersion) {}

  /** Returns the record of a training that has just ended. */
  static TrainingManifest of(
      TrainingRecord record, List<Environment> environments, TrainingOutcome outcome) {
    List<StepRow> steps = outcome.progress().steps();
    int last = Math.max(1, steps.size() / 20);
    return new TrainingManifest(
        record,
        environments,
        new Result(
            steps.size(),
            outcome.parameters(),
            steps.get(0).loss(),
            steps.subList(steps.size() - last, steps.size()).stream()
                .collect(Collectors.averagingDouble(StepRow::loss))),
        new Software(
            Versions.project(),
            Versions.commit().orElse(""),
            org.apache.spark.package$.MODULE$.SPARK_VERSION(),
            Engine.getDjlVersion()),
        outcome.device(),
        outcome.dtype(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
