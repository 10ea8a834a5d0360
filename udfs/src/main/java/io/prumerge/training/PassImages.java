package io.prumerge.training;

import io.prumerge.architecture.RowConnector;
import io.prumerge.model.LlavaModel;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Optional;

/**
 * The images' tokens of one pass on the device, those from before the connector led through it: the
 * trained one, in fp32, or the model's own.
 */
final class PassImages implements AutoCloseable {

  private final LlavaModel model;
  private final Torch torch;
  private final Torch.Value like;
  private final TrainedVector values;
  private final RowConnector connector;
  private final int activation;
  private final Optional<Torch.Value> taken;
  private final Optional<Torch.Value> projected;

  PassImages(LlavaModel model, TrainedVector values, PackedExamples packed) {
    this.model = model;
    this.torch = model.decoder().torch();
    this.like = model.decoder().like();
    this.values = values;
    this.connector = TrainedParts.of(model.checkpoint().config()).connector();
    this.activation = model.checkpoint().config().projectorActivation().ordinal();
    this.taken = packed.images().stream().findFirst().map(first -> tokens(packed, first));
    try {
      this.projected =
          taken
              .filter(tokens -> packed.images().get(0).stage() == Stage.BEFORE_CONNECTOR)
              .map(this::project);
    } catch (RuntimeException e) {
      taken.ifPresent(Torch.Value::close);
      throw e;
    }
  }

  private Torch.Value tokens(PackedExamples packed, ReducedImage first) {
    return torch.tensor(packed.tokens(), like, packed.visualRows(), first.width());
  }

  private Torch.Value project(Torch.Value tokens) {
    if (values.connector().isPresent()) {
      return torch.call(connector.function(), tokens, values.connector().get(), activation);
    }
    try (Torch.Value rounded = torch.call("as_like", tokens, like)) {
      return model.projector().patches(rounded);
    }
  }

  /** One tensor [rows, D], or none in a pass without images. */
  List<Torch.Value> rows() {
    return projected.or(() -> taken).stream().toList();
  }

  /**
   * Adds the gradients of a connector that is trained.
   *
   * @param gradient by the decoder's input
   * @param lists the pass's
   */
  void addGradient(Torch.Value gradient, Torch.Value lists, TrainedVector gradients) {
    if (projected.isPresent() && values.connector().isPresent()) {
      torch
          .call(
              connector.function() + "_gradient",
              gradient,
              lists,
              PackedExamples.VISUAL,
              taken.orElseThrow(),
              values.connector().get(),
              gradients.connector().orElseThrow(),
              activation)
          .close();
    }
  }

  @Override
  public void close() {
    projected.ifPresent(Torch.Value::close);
    taken.ifPresent(Torch.Value::close);
  }
}
