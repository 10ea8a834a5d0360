package io.prumerge.model.tower;

import io.prumerge.architecture.TowerWeights;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.model.connector.Projector;
import io.prumerge.model.script.UserScript;
import io.prumerge.model.script.UserScripts;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The vision tower, CLIP's or EVA's, run only as deep as the methods need. */
public final class VisionTower implements AutoCloseable {

  /**
   * What a run of the tower is for.
   *
   * @param features whether it goes to the layers whose output the projector takes
   * @param scores whether it goes on to the input of the last layer, where PruMerge's attention and
   *     keys come from
   * @param watched layers whose queries and keys stay at hand for evidence
   * @param inside methods with runs of their own, which begin where this one ends or before
   */
  public record Depth(
      boolean features, boolean scores, Set<TowerLayer> watched, Set<TowerMethod> inside) {

    /** To the layers whose output the projector takes. */
    public static final Depth FEATURES = new Depth(true, false, Set.of(), Set.of());

    /** Also to PruMerge's scores. */
    public static final Depth SCORES = FEATURES.andScores();

    public Depth {
      watched = Set.copyOf(watched);
      inside = Set.copyOf(inside);
    }

    /** As far as these methods need it. */
    public static Depth of(Collection<TokenReducer> reducers) {
      Set<TowerEvidence> seen =
          reducers.stream().flatMap(reducer -> reducer.sees().stream()).collect(Collectors.toSet());
      return new Depth(
          reducers.stream().anyMatch(Depth::takesFeatures),
          seen.contains(new TowerEvidence.FullWidthAttention()),
          seen.stream().flatMap(evidence -> evidence.layers().stream()).collect(Collectors.toSet()),
          reducers.stream()
              .flatMap(reducer -> TowerMethod.of(reducer).stream())
              .collect(Collectors.toSet()));
    }

    // A method that acts inside the tower may look at evidence too, for its number of tokens.
    private static boolean takesFeatures(TokenReducer reducer) {
      return !ownImage(reducer) && (reducer.inTower().isEmpty() || !reducer.sees().isEmpty());
    }

    // Whether a method sees nothing of the whole image.
    private static boolean ownImage(TokenReducer reducer) {
      return !reducer.sees().isEmpty()
          && reducer.sees().stream().allMatch(TowerEvidence.SmallImage.class::isInstance);
    }

    /** This run, to PruMerge's scores too. */
    public Depth andScores() {
      return new Depth(true, true, watched, inside);
    }
  }

  private final Torch torch;
  private final LlavaConfig config;
  private final Projector projector;
  private final Torch.Value embeddings;
  private final Torch.Value layers;
  private final Torch.Value last;
  private final Torch.Value scoring;
  private final Torch.Value like;
  private final TowerLayers single;
  private final SmallImages small;
  private final UserScripts scripts;

  /**
   * @param projector for evidence about projected patches; not closed here
   */
  public VisionTower(Torch torch, LlavaConfig config, TensorLoader loader, Projector projector) {
    this.torch = torch;
    this.config = config;
    this.projector = projector;
    TowerWeights weights = config.tower();
    this.embeddings = loader.struct(weights.embeddings());
    this.layers =
        loader.structs(IntStream.range(0, weights.wholeLayers()).mapToObj(weights::layer).toList());
    this.last = loader.struct(weights.last());
    this.scoring = loader.struct(weights.scores());
    this.like = loader.made("tower_like", embeddings);
    this.single = new TowerLayers(torch, config, layers, like);
    this.small = new SmallImages(torch, config, embeddings, layers, last, like);
    this.scripts = new UserScripts(torch, loader.device());
  }

  /**
   * Encodes a batch of images' views in one pass.
   *
   * @return one per input, in order; each is to be closed
   */
  public List<EncodedImage> encode(List<ImageInput> inputs, Depth depth) {
    VisionConfig vision = config.vision();
    int side = vision.imageSize();
    int size = vision.channels() * side * side;
    float[] batch = new float[size * inputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      System.arraycopy(inputs.get(i).pixels(), 0, batch, i * size, size);
    }
    int[] forks = depth.inside().stream().mapToInt(this::fork).sorted().distinct().toArray();
    int looked = forks.length == 0 ? 0 : forks[forks.length - 1];
    int[] watched = watched(depth, looked);
    int run = layers(depth, looked);
    Torch.Value[] states;
    try (Torch.Value input =
            torch.tensor(batch, like, inputs.size(), vision.channels(), side, side);
        Torch.Value result =
            torch.call(
                "tower",
                input,
                embeddings,
                layers,
                last,
                vision.kind().normsFirst(),
                config.visionFeatureLayers().stream().mapToInt(Integer::intValue).toArray(),
                vision.layers() - 1,
                watched,
                looked,
                forks,
                run,
                vision.heads(),
                vision.activation().ordinal(),
                vision.layerNormEps())) {
      states = result.elements();
    }
    try (Torch.Value features = states[0];
        Torch.Value scored = states[1];
        Torch.Value queries = states[2];
        Torch.Value keys = states[3];
        Torch.Value values = states[4];
        Torch.Value forked = states[5]) {
      List<Integer> layersWatched = IntStream.of(watched).boxed().toList();
      List<EncodedImage> images =
          images(
              inputs, new EvidenceBook.States(features, scored, queries, keys, layersWatched, run));
      try {
        TowerRun.Shared shared = new TowerRun.Shared(queries, keys, values, layersWatched);
        for (TowerMethod method : cutsInside() ? depth.inside() : Set.<TowerMethod>of()) {
          int fork = Arrays.binarySearch(forks, fork(method));
          runInside(method, images, shared, torch.call("tower_rows", forked, fork));
        }
        return images;
      } catch (RuntimeException | Error e) {
        images.forEach(EncodedImage::close);
        throw e;
      }
    }
  }

  // Where not, a method that would fails when it takes its tokens.
  private boolean cutsInside() {
    return config.select() == FeatureSelect.DEFAULT && config.visionFeatureLayers().size() == 1;
  }

  private void runInside(
      TowerMethod method, List<EncodedImage> images, TowerRun.Shared shared, Torch.Value fork) {
    try (TowerRun run = new TowerRun(torch, single, method.inside(), shared, fork, images.size())) {
      for (int place = 0; place < images.size(); place += images.get(place).views().size()) {
        add(method, images.get(place).views(), place, run);
      }
      run.run();
    }
  }

  // Nothing of an image that cannot have the number of tokens: it fails when it is reduced.
  private static void add(TowerMethod method, List<EncodedImage> views, int place, TowerRun run) {
    int[] tokens;
    try {
      TokenReducer sized = method.reducer().on(views.get(0)); // once for all views
      tokens = views.stream().mapToInt(sized::tokens).toArray();
    } catch (ReductionException e) {
      return;
    }
    for (int view = 0; view < tokens.length; view++) {
      run.add(views.get(view), place + view, tokens[view]);
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
                batch.layers());
        images.add(new EncodedImage(torch, this, config, inputs.get(i), own));
        open.clear();
      }
      group(inputs, images);
      return images;
    } catch (RuntimeException e) {
      open.forEach(Torch.Value::close);
      images.forEach(EncodedImage::close);
      throw e;
    }
  }

  // Methods look at the other views for their numbers of tokens.
  private static void group(List<ImageInput> inputs, List<EncodedImage> images) {
    for (int i = 0; i < inputs.size(); i++) {
      int first = i - inputs.get(i).view();
      List<EncodedImage> views = images.subList(first, first + inputs.get(i).grid().views());
      images.get(i).among(List.copyOf(views));
    }
  }

  /** Class attention [N] and keys [N, C] of one image, from the last layer's input [N + 1, C]. */
  Torch.Value[] score(Torch.Value lastInput) {
    try (Torch.Value result =
        torch.call("score", lastInput, scoring, config.vision().layerNormEps())) {
      return result.elements();
    }
  }

  /** The features [side x side, F] of a smaller image; the caller closes them. */
  Torch.Value features(float[] pixels, int side) {
    return small.features(pixels, side);
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

  /** Whether so many layers give the last one's input. */
  boolean reachesLast(int layersRan) {
    return layersRan >= config.vision().layers() - 1;
  }

  /** A layer's index from 0; it may not be there. */
  int index(TowerLayer layer) {
    return layer.index(config.vision().layers(), layersRun());
  }

  private int fork(TowerMethod method) {
    return single.shared(method.inside());
  }

  /**
   * How many of the layers that run for all methods together a method needs; -1 for a method that
   * does not even see the embeddings.
   */
  int layers(TokenReducer reducer) {
    if (Depth.ownImage(reducer)) {
      return -1;
    }
    return Depth.takesFeatures(reducer)
        ? layersRun()
        : reducer.inTower().map(single::shared).orElseThrow();
  }

  // A layer that is not there fails the method which looks at it.
  private int[] watched(Depth depth, int looked) {
    return IntStream.concat(
            IntStream.range(0, looked),
            depth.watched().stream()
                .mapToInt(this::index)
                .filter(index -> index >= 0 && index < layersRun()))
        .sorted()
        .distinct()
        .toArray();
  }

  private int layers(Depth depth, int looked) {
    if (depth.scores()) {
      return Math.max(config.featureDepth(), config.vision().layers() - 1);
    }
    return depth.features() ? config.featureDepth() : looked;
  }

  @Override
  public void close() {
    scripts.close();
    small.close();
    like.close();
    embeddings.close();
    layers.close();
    last.close();
    scoring.close();
  }
}
