package io.prumerge.plan;

import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.Quantization;
import java.util.List;
import java.util.Optional;

/**
 * One model of the plan.
 *
 * @param path full path of the folder as given, or the spelling of an endpoint
 * @param quantization of its decoder's products
 * @param methods methods that it is evaluated with
 * @param local the checkpoint; empty for a model behind an endpoint
 */
public record ModelPlan(
    String path, Quantization quantization, List<MethodSpec> methods, Optional<LocalModel> local) {

  public ModelPlan {
    methods = List.copyOf(methods);
  }

  /** Returns the model's name in the tables. */
  public String name() {
    return PinnedModel.name(path, quantization);
  }

  /** Returns the endpoint that serves it, if one does. */
  public Optional<Endpoint> endpoint() {
    return PinnedModel.endpoint(path);
  }

  /** Returns the weights that every host's copy must have. */
  public WeightsPin weights() {
    return local.map(LocalModel::weights).orElse(WeightsPin.NONE);
  }

  /**
   * Returns the files that answers must come from: those whose hashes are in the run's record.
   *
   * @throws io.prumerge.config.CheckpointException if one was changed since it was hashed
   */
  public ModelFiles files() {
    return local.map(model -> model.checkpoint().hashed()).orElse(ModelFiles.ANY);
  }
}
