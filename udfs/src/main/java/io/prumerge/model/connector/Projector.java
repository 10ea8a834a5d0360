package io.prumerge.model.connector;

import io.prumerge.checkpoint.Activation;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** The connector: visual tokens into the language model's embedding space. */
public final class Projector implements AutoCloseable {

  private final Torch torch;
  private final Activation activation;
  private final String function;
  private final Torch.Value weights;

  public Projector(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.activation = config.projectorActivation();
    this.function = config.connector().function();
    this.weights = loader.struct(config.connector().layers());
  }

  /**
   * Projects a reduction made by this model's tower; [tokens, D] -> [tokens, hidden]. Tokens from
   * behind the connector are taken as they are.
   */
  public ProjectedTokens project(Reduction reduction) {
    VisualTokens tokens = (VisualTokens) reduction;
    Torch.Value rows =
        switch (tokens.stage()) {
          case BEFORE_CONNECTOR -> project(tokens.features());
          case BEHIND_CONNECTOR -> tokens.rows();
        };
    return new ProjectedTokens(rows, tokens.tokens());
  }

  /** Rows of several views behind the connector, one view after the other. */
  public Torch.Value project(List<VisualTokens> views) {
    boolean before = views.stream().allMatch(view -> view.stage() == Stage.BEFORE_CONNECTOR);
    List<Torch.Value> parts = new ArrayList<>();
    try {
      for (VisualTokens view : views) {
        // Those behind the connector cannot go through it together with the others.
        parts.add(before ? view.rows() : project(view).rows());
      }
      try (Torch.Value list = torch.list(parts)) {
        Torch.Value all = torch.call("concat", list);
        if (!before) {
          return all;
        }
        try (all) {
          return project(all);
        }
      }
    } finally {
      parts.forEach(Torch.Value::close);
    }
  }

  /** Projects rows [n, D] -> [n, hidden]; the caller closes them. */
  public Torch.Value project(Torch.Value rows) {
    return torch.call(function, rows, weights, activation.ordinal());
  }

  @Override
  public void close() {
    weights.close();
  }
}
