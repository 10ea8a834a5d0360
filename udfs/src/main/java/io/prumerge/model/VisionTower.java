package io.prumerge.model;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.VisionConfig;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** CLIP's vision tower, run only as deep as the features and the scores need. */
public final class VisionTower implements AutoCloseable {

  /**
   * What a run of the tower is for, beside the features.
   *
   * @param scores whether it goes on to the input of the last layer, where PruMerge's attention and
   *     keys come from
   * @param watched layers whose queries and keys stay at hand for evidence
   */
  public record Depth(boolean scores, Set<TowerLayer> watched) {

    /** To the layers whose output the projector takes. */
    public static final Depth FEATURES = new Depth(false, Set.of());

    /** Also to PruMerge's scores. */
    public static final Depth SCORES = new Depth(true, Set.of());

    public Depth {
      watched = Set.copyOf(watched);
    }

    /** As far as these methods need it. */
    public static Depth of(Collection<TokenReducer> reducers) {
      Set<TowerEvidence> seen =
          reducers.stream().flatMap(reducer -> reducer.sees().stream()).collect(Collectors.toSet());
      return new Depth(
          seen.contains(new TowerEvidence.FullWidthAttention()),
          seen.stream()
              .flatMap(evidence -> evidence.layers().stream())
              .collect(Collectors.toSet()));
    }

    /** This run, to PruMerge's scores too. */
    public Depth andScores() {
      return new Depth(true, watched);
    }
  }

  private final Torch torch;
  private final LlavaConfig config;
  private final Projector projector;
  private final Torch.Value embeddings;
  private final Torch.Value layers;
  private final Torch.Value scoring;
  private final Torch.Value like;
  private final UserScripts scripts;
  private final Map<Integer, Torch.Value> resized = new HashMap<>();

  /**
   * @param projector for evidence about projected patches; not closed here
   */
  VisionTower(Torch torch, LlavaConfig config, TensorLoader loader, Projector projector) {
    this.torch = torch;
    this.config = config;
    this.projector = projector;
    ClipWeights weights = config.tower();
    this.embeddings = loader.struct(weights.embeddings());
    this.layers =
        loader.structs(IntStream.range(0, weights.wholeLayers()).mapToObj(weights::layer).toList());
    this.scoring = loader.struct(weights.scores());
    this.like = loader.like("tower_like", embeddings);
    this.scripts = new UserScripts(torch, loader.device());
  }

  /**
   * Encodes a batch of images in one pass.
   *
   * @return one encoded image per input, in order; each is to be closed
   */
  public List<EncodedImage> encode(List<ImageInput> inputs, Depth depth) {
    VisionConfig vision = config.vision();
    int side = vision.imageSize();
    int size = vision.channels() * side * side;
    float[] batch = new float[size * inputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      System.arraycopy(inputs.get(i).pixels(), 0, batch, i * size, size);
    }
    int[] watched = watched(depth);
    Torch.Value[] states;
    try (Torch.Value input =
        torch.tensor(batch, like, inputs.size(), vision.channels(), side, side)) {
      states = run(input, embeddings, watched, depth(depth));
    }
    try (Torch.Value features = states[0];
        Torch.Value scored = states[1];
        Torch.Value queries = states[2];
        Torch.Value keys = states[3]) {
      List<Integer> layersWatched = IntStream.of(watched).boxed().toList();
      boolean reachesLast = depth(depth) >= vision.layers() - 1;
      return images(
          inputs,
          new EvidenceBook.States(features, scored, queries, keys, layersWatched, reachesLast));
    }
  }

  private Torch.Value[] run(Torch.Value pixels, Torch.Value embedded, int[] watched, int depth) {
    VisionConfig vision = config.vision();
    try (Torch.Value result =
        torch.call(
            "tower",
            pixels,
            embedded,
            layers,
            config.visionFeatureLayers().stream().mapToInt(Integer::intValue).toArray(),
            vision.layers() - 1,
            watched,
            depth,
            vision.heads(),
            vision.activation().ordinal(),
            vision.layerNormEps())) {
      return result.elements();
    }
  }

  /**
   * The features [side x side, F] of a smaller image, in a run of its own; the caller closes them.
   * Positions are interpolated as transformers 4.57.1 does ({@code
   * CLIPVisionEmbeddings.interpolate_pos_encoding}), in fp32.
   *
   * @param pixels 3 x S x S, S = side x size of a patch
   */
  Torch.Value features(float[] pixels, int side) {
    VisionConfig vision = config.vision();
    int edge = side * vision.patchSize();
    Torch.Value[] states;
    try (Torch.Value input = torch.tensor(pixels, like, 1, vision.channels(), edge, edge)) {
      states = run(input, resized(side), new int[0], layersRun());
    }
    try (Torch.Value whole = torch.call("row", states[0], 0)) {
      return torch.call("behind_first", whole);
    } finally {
      Arrays.stream(states).forEach(Torch.Value::close);
    }
  }

  // The tower's embeddings with other positions; kept, since every image asks for the same.
  private Torch.Value resized(int side) {
    synchronized (resized) {
      return resized.computeIfAbsent(
          side, key -> torch.call("resized", embeddings, config.vision().gridSide(), side));
    }
  }

  /**
   * Has a user's script choose.
   *
   * @param seen as {@link UserScript#choose}
   */
  ScriptChoice choose(ScriptCall call, List<Torch.Value> seen) {
    try {
      return scripts.of(call.file()).choose(call, seen, config.vision().gridSide(), like);
    } catch (TorchException e) {
      if (e.outOfMemory() || e.deviceLost()) {
        throw e;
      }
      throw call.failure("it cannot be loaded: " + e.reason());
    }
  }

  private List<EncodedImage> images(List<ImageInput> inputs, EvidenceBook.States batch) {
    List<EncodedImage> images = new ArrayList<>();
    List<Torch.Value> open = new ArrayList<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        open.add(torch.call("row", batch.features(), i));
        open.add(torch.call("row", batch.lastInput(), i));
        open.add(torch.call("rows_of", batch.queries(), i));
        open.add(torch.call("rows_of", batch.keys(), i));
        EvidenceBook.States own =
            new EvidenceBook.States(
                open.get(0),
                open.get(1),
                open.get(2),
                open.get(3),
                batch.watched(),
                batch.reachesLast());
        images.add(new EncodedImage(torch, this, config, inputs.get(i), own));
        open.clear();
      }
      return images;
    } catch (RuntimeException e) {
      open.forEach(Torch.Value::close);
      images.forEach(EncodedImage::close);
      throw e;
    }
  }

  /** Class attention [N] and keys [N, C] of one image, from the last layer's input [N + 1, C]. */
  Torch.Value[] score(Torch.Value lastInput) {
    try (Torch.Value result =
        torch.call("score", lastInput, scoring, config.vision().layerNormEps())) {
      return result.elements();
    }
  }

  Projector projector() {
    return projector;
  }

  /** A tensor with a copy of the data, on the tower's device. */
  Torch.Value tensor(float[] data, long... shape) {
    return torch.tensor(data, like, shape);
  }

  /** Layers that always run, for the features. */
  int layersRun() {
    return config.featureDepth();
  }

  /** A layer's index from 0; it may not be there. */
  int index(TowerLayer layer) {
    return layer.index(config.vision().layers(), layersRun());
  }

  // A layer that is not there fails the method which looks at it.
  private int[] watched(Depth depth) {
    return depth.watched().stream()
        .map(this::index)
        .filter(index -> index >= 0 && index < layersRun())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int depth(Depth depth) {
    return depth.scores()
        ? Math.max(config.featureDepth(), config.vision().layers() - 1)
        : config.featureDepth();
  }

  @Override
  public void close() {
    scripts.close();
    resized.values().forEach(Torch.Value::close);
    like.close();
    embeddings.close();
    layers.close();
    scoring.close();
  }
}
