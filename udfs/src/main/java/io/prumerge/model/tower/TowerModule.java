package io.prumerge.model.tower;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.PooledFrames;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.VideoPooling;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.DeepStack;
import io.prumerge.config.Encoder;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The tower's weights on the device, and its functions over them. */
final class TowerModule implements AutoCloseable {

  private static final WeightBlock NO_NORM = ClipWeights.LAST.block("", List.of());

  private final Torch torch;
  private final LlavaConfig config;
  private final Torch.Value embeddings;
  private final Torch.Value layers;
  private final Torch.Value last;
  private final Optional<Torch.Value> scoring;
  private final Torch.Value like;

  TowerModule(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.config = config;
    TowerWeights weights = config.tower();
    this.embeddings = embeddings(loader.struct(weights.embeddings()), weights, loader);
    this.layers =
        loader.structs(IntStream.range(0, weights.wholeLayers()).mapToObj(weights::layer).toList());
    this.last = loader.struct(weights.last().orElse(NO_NORM));
    this.scoring = weights.scores().map(loader::struct);
    this.like = loader.made(weights.script() + "_like", embeddings);
  }

  // Positions that are stored otherwise, or for another size, are brought into order once.
  private Torch.Value embeddings(Torch.Value stored, TowerWeights weights, TensorLoader loader) {
    if (weights.positioned().isPresent()) {
      try (stored) {
        return loader.made(weights.positioned().get(), stored, patchesPerSide());
      }
    }
    int side = config.vision().gridSide();
    int own = weights.storedSide().orElse(side);
    if (own == side) {
      return stored;
    }
    try (stored) {
      return loader.made("resized", stored, own, side);
    }
  }

  /** Returns the weights of all layers, a list; not for the caller to close. */
  Torch.Value layers() {
    return layers;
  }

  /** Returns the weights of the embeddings; not for the caller to close. */
  Torch.Value embeddings() {
    return embeddings;
  }

  /** Waits until a GPU has done what it was asked. */
  void await() {
    torch.await(like);
  }

  /** Tensors on whose device others are made; likewise. */
  Torch.Value like() {
    return like;
  }

  /** Returns a tensor with a copy of the data, on the tower's device. */
  Torch.Value tensor(float[] data, long... shape) {
    return torch.tensor(data, like, shape);
  }

  /**
   * Runs the layers over square images.
   *
   * @param input pixels of all images [B, 3, edge, edge]
   * @param embeddings for this size
   * @return features and last layer's input [B, T, C]; queries, keys and values of layers, each a
   *     list of [B, heads, T, head]; hidden states at the forks, a list of [B T, C]
   */
  Torch.Value[] run(Torch.Value input, int edge, Torch.Value embeddings, TowerPlan plan) {
    VisionConfig vision = config.vision();
    try (Torch.Value result =
        call(plan)
            .with("pixels", input)
            .with("e", embeddings)
            .with("last", last)
            .with("select", ints(config.selection().layers()))
            .with("scored", vision.encoder().layers() - 1)
            .with("valued", plan.looked())
            .with("forks", plan.forks())
            .with("eps", vision.encoder().layerNormEps())
            .run()) {
      Torch.Value[] elements = result.elements();
      if (vision.kind().block() > 1) {
        try (Torch.Value patches = elements[0]) {
          elements[0] =
              torch.call(
                  "tower_blocks",
                  patches,
                  classTokens(),
                  edge / vision.patchSize(),
                  vision.kind().block());
        }
      }
      return elements;
    }
  }

  /**
   * Runs the layers over some patches of one square image, each where it stands in it.
   *
   * @param input pixels of the image [1, 3, S, S]
   * @param kept the patches, rising
   * @return as of an image of so many patches
   */
  Torch.Value[] run(Torch.Value input, int[] kept, TowerPlan plan) {
    int size = config.vision().patchSize();
    try (Torch.Value some = torch.call("kept_pixels", input, kept, size);
        Torch.Value places = torch.call("kept_embeddings", embeddings, kept)) {
      return run(some, size, places, plan);
    }
  }

  /** Returns the embeddings with positions for side x side patches; the caller closes them. */
  Torch.Value resized(int side) {
    return torch.call("resized", embeddings, config.vision().gridSide(), side);
  }

  /**
   * Returns the number of rows before those of the patches: the class token's, where there is one.
   */
  int classTokens() {
    return config.vision().kind().classTokens();
  }

  /**
   * Returns the rows [N, W] of the patches, of all rows [T, W] of an image's features; the caller
   * closes them.
   */
  Torch.Value patches(Torch.Value rows) {
    return torch.call("behind", rows, config.vision().kind().classFeatures());
  }

  /**
   * Returns a square view's numbers or rows of patches as those of the blocks that features are of:
   * means over each block.
   *
   * @param patches closed here or handed over
   */
  Torch.Value blocks(Torch.Value patches) {
    VisionConfig vision = config.vision();
    if (vision.kind().block() == 1) {
      return patches;
    }
    try (patches) {
      return torch.call("block_means", patches, patchesPerSide(), vision.kind().block());
    }
  }

  /**
   * Returns the attention that each row of a view's features gets in a watched layer, [N] in fp32:
   * the mean over the heads, over all querying rows, and over the patches of a block.
   *
   * @param states of the view
   * @param place of the layer among the watched ones
   */
  Torch.Value columnAttention(TowerStates states, int place) {
    return packs()
        ? torch.call(
            "packed_column_attention",
            states.queries(),
            states.keys(),
            place,
            config.vision().kind().patchesOfBlock())
        : blocks(
            torch.call("column_attention", states.queries(), states.keys(), place, classTokens()));
  }

  /**
   * Returns the keys of a view's patches in a watched layer as those of blocks, a list of one
   * tensor [heads, blocks, head]: means over each block.
   *
   * @param states of the view
   * @param place of the layer among the watched ones
   */
  Torch.Value blockKeys(TowerStates states, int place) {
    TowerKind kind = config.vision().kind();
    return packs()
        ? torch.call("packed_block_keys", states.keys(), place, kind.patchesOfBlock())
        : torch.call(
            "block_keys", states.keys(), place, classTokens(), patchesPerSide(), kind.block());
  }

  /**
   * Returns numbers or rows of a frame's patches, [N] or [N, W], as those of a video's; the caller
   * closes them.
   */
  Torch.Value pooled(Torch.Value patches, PooledFrames frames) {
    return torch.call(
        "video_patches", patches, frames.side(), frames.frame().rows(), averages(frames));
  }

  /** Returns the same of the keys in a watched layer, as {@link #blockKeys}. */
  Torch.Value pooledKeys(TowerStates states, int place, PooledFrames frames) {
    return torch.call(
        "video_keys",
        states.keys(),
        place,
        classTokens(),
        frames.side(),
        frames.frame().rows(),
        averages(frames));
  }

  private static boolean averages(PooledFrames frames) {
    return frames.pooling() == VideoPooling.AVERAGE;
  }

  // Views of any size are packed: the rows of a block's patches follow each other.
  private boolean packs() {
    return config.vision().kind().anySize();
  }

  // The tower's own.
  private int patchesPerSide() {
    VisionConfig vision = config.vision();
    return vision.gridSide() * vision.kind().block();
  }

  /**
   * Runs the layers over views of any size.
   *
   * @param views [moments, 3, H, W] each
   * @param lists order of the blocks that run, of each its place there, rows and columns of the
   *     patches
   * @param full rows of each view that run
   * @param windows runs of windows, and how many rows each window of a run has
   * @return features of these blocks, level by level [blocks, levels F]; queries and keys of
   *     layers, lists of [heads, T, head]
   */
  Torch.Value[] run(
      List<Torch.Value> views, List<int[]> lists, int[] full, WindowOrder windows, TowerPlan plan) {
    VisionConfig vision = config.vision();
    int[] ones = IntStream.generate(() -> 1).limit(full.length).toArray();
    int[] all = IntStream.range(0, vision.encoder().layers()).toArray();
    try (Torch.Value onDevice = torch.indices(lists, like);
        Torch.Value result =
            call(plan)
                .with("views", views)
                .with("lists", onDevice)
                .with("e", embeddings)
                .with("full", vision.windows().map(some -> ints(some.full())).orElse(all))
                .with("count", ones)
                .with("length", full)
                .with("windows", windows.counts())
                .with("window", windows.lengths())
                .with("side", vision.deepStack().map(DeepStack::side).orElse(0))
                .with("block", vision.kind().block())
                .with("deeper", ints(vision.deeper()))
                .run()) {
      return result.elements();
    }
  }

  // Of the tower's own kernel, what both kinds of run take.
  private KernelCall call(TowerPlan plan) {
    Encoder encoder = config.vision().encoder();
    return new KernelCall(torch, config.tower().script())
        .with("layers", layers)
        .with("watch", plan.watched())
        .with("depth", plan.run())
        .with("heads", encoder.heads())
        .with("act", encoder.activation().code());
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Class attention [N] and keys [N, C] of one image, from the last layer's input [T, C]. */
  Torch.Value[] score(Torch.Value lastInput) {
    try (Torch.Value result =
        torch.call(
            "score", lastInput, scoring.orElseThrow(), config.vision().encoder().layerNormEps())) {
      return Arrays.stream(result.elements()).map(this::blocks).toArray(Torch.Value[]::new);
    }
  }

  @Override
  public void close() {
    like.close();
    embeddings.close();
    layers.close();
    last.close();
    scoring.ifPresent(Torch.Value::close);
  }
}
