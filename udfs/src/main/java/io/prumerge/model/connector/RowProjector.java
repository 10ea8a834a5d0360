package io.prumerge.model.connector;

import io.prumerge.architecture.RowConnector;
import io.prumerge.config.Activation;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** A connector each of whose rows comes from one row of the features. */
final class RowProjector implements Projector {

  private final Torch torch;
  private final Activation activation;
  private final String function;
  private final Torch.Value weights;

  RowProjector(Torch torch, RowConnector connector, Activation activation, TensorLoader loader) {
    this.torch = torch;
    this.activation = activation;
    this.function = connector.function();
    this.weights = loader.struct(connector.layers());
  }

  /** It reads no question, so that there is one instruction at most. */
  @Override
  public List<Torch.Value> project(List<VisualTokens> views, List<int[]> instructions) {
    return List.of(views.size() == 1 ? project(views.get(0)) : together(views));
  }

  // Tokens from behind the connector are taken as they are.
  private Torch.Value project(VisualTokens tokens) {
    return switch (tokens.stage()) {
      case BEFORE_CONNECTOR -> patches(tokens.features());
      case BEHIND_CONNECTOR -> tokens.rows();
    };
  }

  private Torch.Value together(List<VisualTokens> views) {
    boolean before = views.stream().allMatch(view -> view.stage() == Stage.BEFORE_CONNECTOR);
    List<Torch.Value> parts = new ArrayList<>();
    try {
      for (VisualTokens view : views) {
        // Those behind the connector cannot go through it together with the others.
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
    return torch.call(function, features, weights, activation.ordinal());
  }

  @Override
  public void close() {
    weights.close();
  }
}
