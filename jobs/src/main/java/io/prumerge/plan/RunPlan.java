package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.image.ImageAspect;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a run is going to do, everything refused that can be refused before its first task.
 *
 * @param examples the tables' full paths, or what stands in for them in a run's record
 * @param rows the examples, where they lie in no tables that {@code prepare} wrote
 */
public record RunPlan(
    Plan plan, List<String> examples, Optional<Dataset<Row>> rows, List<ModelPlan> models) {

  /**
   * One model of it.
   *
   * @param path the folder's full path, as it was given
   * @param checkpoint the folder on this host
   * @param weights which weights every host's copy of the folder must have
   * @param imageAspect pad or crop, resolved
   */
  public record ModelPlan(
      String path,
      Checkpoint checkpoint,
      WeightsPin weights,
      ImageAspect imageAspect,
      RunEstimate estimate) {

    /** The name in the tables. */
    String name() {
      return PinnedModel.name(path);
    }
  }

  public RunPlan {
    examples = List.copyOf(examples);
    models = List.copyOf(models);
  }

  /** The types that the models' weights are stored in, each once. */
  public List<TensorType> weightTypes() {
    return models.stream().map(model -> model.checkpoint().weightType()).distinct().toList();
  }

  /** Answers of one model. */
  public long answersPerModel() {
    return plan.contents().questions() * models.get(0).estimate().methods().size();
  }

  /** Estimated FLOPs of one model over everything that is planned, up to the first tokens. */
  public double flops(ModelPlan model) {
    return plan.contents().benchmarks().stream()
        .mapToDouble(
            size -> model.estimate().flops(size.images(), size.questions(), size.textQuestions()))
        .sum();
  }
}
