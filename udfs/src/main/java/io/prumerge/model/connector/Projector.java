package io.prumerge.model.connector;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.Resampler;
import io.prumerge.architecture.RowConnector;
import io.prumerge.config.Activation;
import io.prumerge.config.LinearLayers;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.QFormerConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The connector: visual tokens into the language model's embedding space. */
public abstract sealed class Projector implements AutoCloseable {

  private Projector() {}

  /** Loads a model's connector. */
  public static Projector of(Torch torch, LlavaConfig config, TensorLoader loader) {
    Connector connector = config.connector();
    if (connector instanceof QFormer queries) {
      QFormerConfig settings = (QFormerConfig) config.family().queries().orElseThrow();
      return new QueryProjector(torch, queries, settings, loader);
    }
    if (connector instanceof PerceiverResampler latents) {
      return new LatentProjector(torch, latents, config.text().normEps(), loader);
    }
    return connector instanceof Resampler resampler
        ? new ResamplingProjector(torch, resampler, config.vision(), loader)
        : new RowProjector(
            torch, (RowConnector) connector, config.family().linear().orElseThrow(), loader);
  }

  /**
   * Projects one image's tokens, its views one after the other: [tokens, D] -> [tokens, hidden], of
   * further levels as many rows after these.
   *
   * @param instructions ids of the questions' words, where the connector reads them; else one that
   *     is empty
   * @return one for each instruction; the caller closes them
   */
  public abstract List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions);

  /**
   * Projects all patches [n, D] -> [n, hidden], as evidence about them; the caller closes them.
   *
   * @throws io.prumerge.reduction.ReductionException if its rows are no patches
   */
  public abstract Torch.Value patches(Torch.Value features);

  /**
   * Returns the attention of each of a connector's queries to each row of a view's features,
   * [queries, rows] in fp32: softmax over the rows, mean over the heads, in the last layer that
   * looks at them. The caller closes it.
   *
   * @param instruction as of {@link #project}
   * @throws IllegalStateException if its rows are no queries
   */
  public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
    throw new IllegalStateException("Cannot say what queries look at: the connector has none");
  }

  /** Projects a reduction of one view for no question. */
  public ProjectedTokens project(Reduction reduction) {
    ReducedView tokens = (ReducedView) reduction;
    List<Torch.Value> rows = project(List.of(tokens), List.of(new int[0]));
    return new ProjectedTokens(rows.get(0), tokens.tokens());
  }

  @Override
  public abstract void close();

  /** A connector each of whose rows comes from one row of the features. */
  private static final class RowProjector extends Projector {

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

  /** A resampler, whose queries look at all features of a view; it reads no question. */
  private static final class ResamplingProjector extends Projector {

    private final Torch torch;
    private final Resampler shape;
    private final VisionConfig vision;
    private final Torch.Value weights;

    ResamplingProjector(Torch torch, Resampler shape, VisionConfig vision, TensorLoader loader) {
      this.torch = torch;
      this.shape = shape;
      this.vision = vision;
      this.weights = loader.struct(shape.block());
    }

    @Override
    public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
      List<Torch.Value> parts = new ArrayList<>();
      try {
        for (ReducedView view : views) {
          parts.add(called("resampled", view.features()));
        }
        try (Torch.Value list = torch.list(parts)) {
          return List.of(torch.call("concat", list));
        }
      } finally {
        parts.forEach(Torch.Value::close);
      }
    }

    @Override
    public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
      return called("resampler_attention", features);
    }

    private Torch.Value called(String function, Torch.Value features) {
      return torch.call(
          function,
          features,
          weights,
          (int) Math.sqrt(shape.count()),
          vision.gridSide(),
          shape.heads(),
          vision.encoder().layerNormEps());
    }

    @Override
    public Torch.Value patches(Torch.Value features) {
      throw new ReductionException(
          "Cannot look at patches after a resampler: its rows come from all of them together");
    }

    @Override
    public void close() {
      weights.close();
    }
  }

  /**
   * A resampler: its latents look at all features of an image. Of them it makes the keys and values
   * of the blocks that attend to images, once for all questions.
   */
  private static final class LatentProjector extends Projector {

    private final Torch torch;
    private final PerceiverResampler shape;
    private final double eps;
    private final Torch.Value ends;
    private final Torch.Value layers;
    private final Torch.Value constants;

    /**
     * @param eps of the keys' norms, the decoder's
     */
    LatentProjector(Torch torch, PerceiverResampler shape, double eps, TensorLoader loader) {
      this.torch = torch;
      this.shape = shape;
      this.eps = eps;
      this.ends = loader.struct(shape.ends());
      this.layers = loader.structs(shape.layerBlocks());
      this.constants = loader.structs(shape.constants());
    }

    /** It reads no question, so that there is one instruction at most. */
    @Override
    public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
      return List.of(
          torch.call(
              "image_constants",
              views.stream().map(ReducedView::features).toList(),
              ends,
              layers,
              constants,
              shape.heads(),
              shape.readers().head(),
              eps));
    }

    @Override
    public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
      return torch.call("latent_attention", features, ends, layers, shape.heads());
    }

    @Override
    public Torch.Value patches(Torch.Value features) {
      throw new ReductionException(
          "Cannot look at patches after a resampler: its rows come from all of them together");
    }

    @Override
    public void close() {
      ends.close();
      layers.close();
      constants.close();
    }
  }

  /**
   * A Q-Former: its queries look at all features of an image. Keys and values of the features are
   * computed once for all questions about the image, which then go through the layers together.
   */
  private static final class QueryProjector extends Projector {

    private final Torch torch;
    private final QFormer shape;
    private final QFormerConfig config;
    private final Torch.Value ends;
    private final Optional<Torch.Value> vocabulary;
    private final Torch.Value layers;
    private final Torch.Value looks;
    private final Torch.Value queryMlps;
    private final Optional<Torch.Value> wordMlps;

    QueryProjector(Torch torch, QFormer shape, QFormerConfig config, TensorLoader loader) {
      this.torch = torch;
      this.shape = shape;
      this.config = config;
      this.ends = loader.struct(shape.ends());
      this.layers = loader.structs(all().mapToObj(shape::attention).toList());
      this.looks = loader.structs(shape.looking().mapToObj(shape::look).toList());
      this.queryMlps = loader.structs(all().mapToObj(shape::queryMlp).toList());
      boolean reads = shape.readsText();
      this.vocabulary = reads ? Optional.of(loader.struct(shape.vocabulary())) : Optional.empty();
      this.wordMlps =
          reads
              ? Optional.of(loader.structs(all().mapToObj(shape::wordMlp).toList()))
              : Optional.empty();
    }

    private IntStream all() {
      return IntStream.range(0, shape.layers());
    }

    @Override
    public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
      try (Torch.Value rows = asked("queried", views.get(0).features(), instructions)) {
        return IntStream.range(0, instructions.size())
            .mapToObj(question -> torch.call("row", rows, question))
            .toList();
      }
    }

    @Override
    public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
      return asked("query_attention", features, List.of(instruction));
    }

    // One of the functions of all questions about an image, by its name.
    private Torch.Value asked(String function, Torch.Value rows, List<int[]> instructions) {
      int[] lengths = instructions.stream().mapToInt(words -> words.length).toArray();
      if (shape.readsText() != IntStream.of(lengths).allMatch(length -> length > 0)) {
        throw new IllegalStateException(
            "Cannot ask the Q-Former: it reads questions, and there is none, or the other way round");
      }
      Torch.Value[] features;
      try (Torch.Value both =
          torch.call("qformer_features", rows, looks, config.encoder().heads())) {
        features = both.elements();
      }
      try (Torch.Value keys = features[0];
          Torch.Value values = features[1];
          Torch.Value words = words(instructions, lengths)) {
        return new KernelCall(torch, function)
            .with("words", words)
            .with("lengths", lengths)
            .with("keys", keys)
            .with("values", values)
            .with("e", ends)
            .with("layers", layers)
            .with("looks", looks)
            .with("mlps", queryMlps)
            .with("texts", wordMlps.orElse(queryMlps)) // without words nothing goes through them
            .with("frequency", config.frequency())
            .with("heads", config.encoder().heads())
            .with("act", config.encoder().activation().code())
            .with("eps", config.encoder().layerNormEps())
            .run();
      }
    }

    // All questions' words, one question after the other; a list of one tensor or none.
    private Torch.Value words(List<int[]> instructions, int[] lengths) {
      if (vocabulary.isEmpty()) {
        return torch.list(List.of());
      }
      int[] ids = instructions.stream().flatMapToInt(IntStream::of).toArray();
      try (Torch.Value words = torch.call("qformer_words", ids, lengths, vocabulary.get())) {
        return torch.list(List.of(words));
      }
    }

    @Override
    public Torch.Value patches(Torch.Value features) {
      throw new ReductionException(
          "Cannot look at patches after a Q-Former: its rows come from all of them together");
    }

    @Override
    public void close() {
      ends.close();
      vocabulary.ifPresent(Torch.Value::close);
      layers.close();
      looks.close();
      queryMlps.close();
      wordMlps.ifPresent(Torch.Value::close);
    }
  }
}
