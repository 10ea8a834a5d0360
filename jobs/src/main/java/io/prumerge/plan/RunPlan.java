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
 * The plan of a run, made after all checks that are possible before the first task.
 *
 * @param examples the tables' full paths, or their replacement in a run's record
 * @param rows the examples if they are not tables that {@code prepare} wrote
 */
public record RunPlan(
    Plan plan, List<String> examples, Optional<Dataset<Row>> rows, List<ModelPlan> models) {

  /**
   * One model of the plan.
   *
   * @param path full path of the folder as given
   * @param checkpoint the checkpoint on this host
   * @param weights weights that every host's copy must have
   * @param imageAspect pad or crop, never auto
   */
  public record ModelPlan(
      String path,
      Checkpoint checkpoint,
      WeightsPin weights,
      ImageAspect imageAspect,
      RunEstimate estimate) {

    /** Returns the model's name in the tables. */
    String name() {
      return PinnedModel.name(path);
    }
  }

  public RunPlan {
    examples = List.copyOf(examples);
    models = List.copyOf(models);
  }

  /** Returns the distinct types of the models' stored weights. */
  public List<TensorType> weightTypes() {
    return models.stream().map(model -> model.checkpoint().weightType()).distinct().toList();
  }

  /** Returns the number of answers of one model. */
  public long answersPerModel() {
    return plan.contents().questions() * models.get(0).estimate().methods().size();
  }

  /**
   * Returns the estimated FLOPs of one model over all planned questions, up to the first tokens.
   */
  public double flops(ModelPlan model) {
    return plan.contents().benchmarks().stream()
        .mapToDouble(
            size -> model.estimate().flops(size.images(), size.questions(), size.textQuestions()))
        .sum();
  }
}
