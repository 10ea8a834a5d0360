package io.prumerge.plan;

import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.NamedModel;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One model of the plan.
 *
 * @param source of its answers, folders with their full paths
 * @param quantization of its decoder's products
 * @param methods methods that it is evaluated with
 * @param protocol by which the frames of the videos are chosen; empty for pictures
 * @param servers other servers of a model behind an endpoint, whose labels are among the methods
 * @param local the checkpoint; empty for a model behind an endpoint
 */
public record ModelPlan(
    AnswerSource source,
    Quantization quantization,
    Optional<FrameProtocol> protocol,
    List<MethodSpec> methods,
    List<NamedModel> servers,
    Optional<LocalModel> local) {

  public ModelPlan {
    methods = List.copyOf(methods);
    servers = List.copyOf(servers);
  }

  /** Returns the model's name in the tables. */
  public String name() {
    return source.name(quantization);
  }

  /** Returns the model's name, with the protocol of its frames if there is one. */
  public String title() {
    return protocol.map(chosen -> name() + " " + chosen).orElseGet(this::name);
  }

  /** Returns the endpoint that serves it, if one does. */
  public Optional<Endpoint> endpoint() {
    return source.endpoint();
  }

  /** Returns the methods that its own server is asked under, or the checkpoint. */
  public List<MethodSpec> ownMethods() {
    List<MethodSpec> labels = servers.stream().map(NamedModel::method).toList();
    return methods.stream().filter(method -> !labels.contains(method)).toList();
  }

  /** Returns all endpoints that serve it, each once; none of a checkpoint. */
  public List<Endpoint> endpoints() {
    return Stream.concat(endpoint().stream(), servers.stream().map(NamedModel::endpoint))
        .distinct()
        .toList();
  }

  /**
   * Returns how many of its servers have one address at most, which then get their requests at the
   * same time.
   */
  public int together() {
    return NamedModel.together(endpoint(), servers);
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
