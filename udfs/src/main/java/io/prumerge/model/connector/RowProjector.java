package io.prumerge.model.connector;

import io.prumerge.architecture.RowConnector;
import io.prumerge.config.Activation;
import io.prumerge.config.LinearLayers;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A connector each of whose rows comes from one row of the features. */
final class RowProjector extends Projector {

  private static final String LEVELS = "project_levels";

  private final Torch torch;
  private final String function;
  private final Optional<Activation> between;
  private final Torch.Value weights;
  private final Optional<Torch.Value> levels;

  RowProjector(Torch torch, RowConnector connector, LinearLayers config, TensorLoader loader) {
    this.torch = torch;
    this.function = connector.function();
    this.between = config.between();
    this.weights = loader.struct(connector.layers());
    this.levels =
        connector.levels().isEmpty()
            ? Optional.empty()
            : Optional.of(loader.structs(connector.levels()));
  }

  /** It reads no question, so that there is one instruction at most. */
  @Override
  public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
    return List.of(views.size() == 1 ? project(views.get(0)) : together(views));
  }

  // Tokens of the connector's output are taken as they are.
  private Torch.Value project(ReducedView tokens) {
    return switch (tokens.stage()) {
      case BEFORE_CONNECTOR -> patches(tokens.features());
      case AFTER_CONNECTOR -> tokens.rows();
    };
  }

  private Torch.Value together(List<ReducedView> views) {
    boolean before = views.stream().allMatch(view -> view.stage() == Stage.BEFORE_CONNECTOR);
    List<Torch.Value> parts = new ArrayList<>();
    try {
      for (ReducedView view : views) {
        // Those of the connector's output cannot go through it together with the others.
        parts.add(before ? view.rows() : project(view));
      }
      try (Torch.Value list = torch.list(parts)) {
        Torch.Value all = torch.call("concat", list);
        if (!before) {
          return all;
        }
        try (all) {
          return patches(all);
        }
      }
    } finally {
      parts.forEach(Torch.Value::close);
    }
  }

  @Override
  public Torch.Value patches(Torch.Value features) {
    KernelCall call =
        new KernelCall(torch, levels.isPresent() ? LEVELS : function)
            .with("x", features)
            .with("w", weights);
    levels.ifPresent(further -> call.with("levels", further));
    between.ifPresent(activation -> call.with("act", activation.code()));
    return call.run();
  }

  @Override
  public void close() {
    weights.close();
    levels.ifPresent(Torch.Value::close);
  }
}
