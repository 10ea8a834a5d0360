package io.prumerge.model;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.VisionConfig;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
            torch.tensor(batch, like, inputs.size(), vision.channels(), side, side);
        Torch.Value result =
            torch.call(
                "tower",
                input,
                embeddings,
                layers,
                config.visionFeatureLayers().stream().mapToInt(Integer::intValue).toArray(),
                vision.layers() - 1,
                watched,
                depth(depth),
                vision.heads(),
                vision.activation().ordinal(),
                vision.layerNormEps())) {
      states = result.elements();
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
    like.close();
    embeddings.close();
    layers.close();
    scoring.close();
  }
}
