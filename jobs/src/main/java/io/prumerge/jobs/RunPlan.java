package io.prumerge.jobs;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.cost.RunEstimate;
import io.prumerge.image.ImageAspect;
import java.util.List;

/**
 * What a run is going to do, everything refused that can be refused before its first task.
 *
 * @param examples the tables' full paths
 */
record RunPlan(Plan plan, List<String> examples, List<ModelPlan> models) {

  /**
   * One model of it.
   *
   * @param path the folder's full path, as it was given
   * @param checkpoint the folder on this host
   * @param weights which weights every host's copy of the folder must have
   * @param imageAspect pad or crop, resolved
   */
  record ModelPlan(
      String path,
      Checkpoint checkpoint,
      WeightsPin weights,
      ImageAspect imageAspect,
      RunEstimate estimate) {

    /** The name in the tables. */
    String name() {
      return Predictions.modelName(path);
    }
  }

  RunPlan {
    examples = List.copyOf(examples);
    models = List.copyOf(models);
  }

  /** Answers of one model. */
  long answersPerModel() {
    return plan.contents().questions() * models.get(0).estimate().methods().size();
  }

  /** Estimated FLOPs of one model over everything that is planned, up to the first tokens. */
  double flops(ModelPlan model) {
    return plan.contents().benchmarks().stream()
        .mapToDouble(
            size -> model.estimate().flops(size.images(), size.questions(), size.textQuestions()))
        .sum();
  }
}
