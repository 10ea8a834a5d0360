package io.prumerge.model.tower;

import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.MethodCost;
import io.prumerge.image.ViewGrid;
import io.prumerge.model.connector.InsideTokens;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualTokens;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Measures;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One view of an image after the tower: its features on the device, and the evidence about it as
 * far as it is asked for. For one thread at a time; evidence is computed once for all methods.
 */
public final class EncodedImage implements PatchTokens, AutoCloseable {

  private final Torch torch;
  private final VisionTower tower;
  private final LlavaConfig config;
  private final byte[] sha256;
  private final int view;
  private final int[] padding;
  private final ViewGrid grid;
  private final EvidenceBook book;
  private final Map<InsideTokens.Key, InsideTokens> inside = new HashMap<>();
  private List<EncodedImage> views = List.of(this);

  /**
   * @param input is not kept
   * @param states are closed with the image
   */
  EncodedImage(
      Torch torch,
      VisionTower tower,
      LlavaConfig config,
      ImageInput input,
      EvidenceBook.States states) {
    this.torch = torch;
    this.tower = tower;
    this.config = config;
    this.sha256 = input.sha256().clone();
    this.view = input.view();
    this.padding = input.padding().clone();
    this.grid = input.grid();
    this.book = new EvidenceBook(torch, tower, states, input);
  }

  /** Takes all views of the image, where there are several. */
  void among(List<EncodedImage> all) {
    views = all;
  }

  @Override
  public List<EncodedImage> views() {
    return views;
  }

  @Override
  public int view() {
    return view;
  }

  @Override
  public int count() {
    return config.vision().patches();
  }

  @Override
  public int gridSide() {
    return config.vision().gridSide();
  }

  @Override
  public int tokens() {
    return config.viewTokens();
  }

  @Override
  public int sequence() {
    return config.layout().all(grid).map(order -> order.length).orElseGet(this::tokens);
  }

  @Override
  public Measures measures() {
    return new MethodCost(CostModel.of(config));
  }

  /** Layers of the tower that ran for all methods together, as far as the features. */
  public int towerLayers() {
    return Math.min(book.layers(), tower.layersRun());
  }

  /** How many of these a method needs. */
  public int towerLayers(TokenReducer reducer) {
    return tower.layers(reducer);
  }

  /** Wall time of all methods' own runs of the tower. */
  public double insideMillis() {
    return inside.values().stream().mapToDouble(InsideTokens::millis).sum();
  }

  /** Whether it is known what a method leaves of the image inside the tower. */
  boolean has(InsideTokens.Key key) {
    return inside.containsKey(key);
  }

  /** Takes what a method left of the image inside the tower; closed with the image. */
  void put(InsideTokens.Key key, InsideTokens tokens) {
    inside.put(key, tokens);
  }

  /** Wall time of each piece of evidence that was computed, without that of its source. */
  public Map<Look, Double> evidenceMillis() {
    return book.millis();
  }

  /**
   * FLOPs of each piece that was computed of a text or by a CLIP model, without those of its
   * source.
   */
  public Map<Look, Long> textFlops() {
    return book.textFlops();
  }

  /** The same of one piece beside a question; 0 if it was not computed. */
  public long textFlops(TowerEvidence.OfText evidence, String question) {
    return book.textFlops().getOrDefault(Look.at(view, evidence, question), 0L);
  }

  /**
   * The evidence that was looked at, in order and as often as it was; what a piece was computed
   * from stands before it.
   */
  public List<Look> looks() {
    return List.copyOf(book.looks());
  }

  /**
   * The image beside a question, for methods that look at its text.
   *
   * @param question the user's text with its suffix
   */
  public PatchTokens asked(String question, QuestionReader reader) {
    return new AskedImage(this, question, reader);
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    return of(evidence, "", TextReader.NONE);
  }

  float[] of(TowerEvidence evidence, String question, TextReader reader) {
    return book.of(evidence, question, reader);
  }

  @Override
  public int[] padding() {
    return padding.clone();
  }

  @Override
  public byte[] imageSha256() {
    return sha256.clone();
  }

  @Override
  public int queries() {
    return config.family().qformer().isPresent() ? tokens() : 0;
  }

  @Override
  public VisualTokens all() {
    if (queries() > 0) {
      Torch.Value features = book.withClass();
      return new VisualTokens(
          new TokenSelection.Queried(queries()),
          Stage.BEFORE_CONNECTOR,
          null,
          0,
          () -> torch.call("between", features, 0, config.features()));
    }
    int[] rows = IntStream.range(0, tokens()).toArray();
    Torch.Value selected =
        config.select() == FeatureSelect.DEFAULT ? book.patches() : book.withClass();
    return new VisualTokens(
        TokenSelection.of(rows),
        Stage.BEFORE_CONNECTOR,
        null,
        0,
        () -> torch.call("gather", selected, rows));
  }

  @Override
  public VisualTokens gather(int[] kept) {
    return gather(Stage.BEFORE_CONNECTOR, kept);
  }

  @Override
  public VisualTokens gather(Stage stage, int[] kept) {
    requirePatchesOnly();
    int[] rows = kept.clone();
    Torch.Value source = patches(stage);
    return new VisualTokens(
        TokenSelection.of(rows), stage, rows, 0, () -> torch.call("gather", source, rows));
  }

  private Torch.Value patches(Stage stage) {
    return switch (stage) {
      case BEFORE_CONNECTOR -> book.patches();
      case BEHIND_CONNECTOR -> book.look(new TowerEvidence.Projected());
    };
  }

  @Override
  public VisualTokens blend(Stage stage, List<Blend> tokens) {
    requirePatchesOnly();
    int[] kept = tokens.stream().flatMapToInt(token -> token.patch().stream()).toArray();
    if (tokens.stream().allMatch(Blend::copiesPatch)) {
      return gather(stage, kept);
    }
    boolean withClass = stage == Stage.BEFORE_CONNECTOR;
    Torch.Value source = withClass ? book.withClass() : patches(stage);
    int first = withClass ? Blend.CLASS_TOKEN : 0;
    int width = count() - first;
    return new VisualTokens(
        new TokenSelection.Blended(stage, tokens),
        stage,
        kept,
        products(stage, tokens),
        () -> blended(source, shares(tokens, first, width), width));
  }

  private long products(Stage stage, List<Blend> tokens) {
    return Blend.summands(tokens)
        * switch (stage) {
          case BEFORE_CONNECTOR -> config.featureSize();
          case BEHIND_CONNECTOR -> config.text().hiddenSize();
        };
  }

  private Torch.Value blended(Torch.Value source, float[] shares, int width) {
    try (Torch.Value weights = book.tensor(shares, shares.length / width, width)) {
      return torch.call("blend", source, weights);
    }
  }

  // One row of weights per token, a column per row of the source.
  private static float[] shares(List<Blend> tokens, int first, int width) {
    float[] shares = new float[tokens.size() * width];
    for (int token = 0; token < tokens.size(); token++) {
      for (Blend.Part part : tokens.get(token).parts()) {
        shares[token * width + part.patch() - first] += part.weight();
      }
    }
    return shares;
  }

  @Override
  public VisualTokens merge(int[] kept, int neighbours, boolean summary) {
    requirePatchesOnly();
    int near = Math.min(neighbours, count() - 1);
    int[] rows = kept.clone();
    Torch.Value keys = book.fullWidthKeys();
    Torch.Value attention = book.look(new TowerEvidence.FullWidthAttention());
    return new VisualTokens(
        TokenSelection.merged(rows, near, summary),
        Stage.BEFORE_CONNECTOR,
        rows,
        0,
        () -> torch.call("merge", book.patches(), keys, attention, rows, near, summary));
  }

  @Override
  public ScriptChoice choose(ScriptCall call) {
    requirePatchesOnly();
    return tower.choose(call, call.sees().values().stream().map(book::look).toList());
  }

  @Override
  public VisualTokens downsampled(int side) {
    requirePatchesOnly();
    int[] rows = IntStream.range(0, side * side).toArray();
    Torch.Value source = book.look(new TowerEvidence.SmallImage(side));
    return new VisualTokens(
        new TokenSelection.Small(side),
        Stage.BEFORE_CONNECTOR,
        new int[0],
        0,
        () -> torch.call("gather", source, rows));
  }

  /**
   * Returns the patches that {@link #merge} merges into each kept patch, from the same computation.
   *
   * @param kept distinct patch indices
   * @param neighbours as {@link #merge}
   * @return one per kept patch, in their order; none where nothing is merged
   */
  public List<Merge> merges(int[] kept, int neighbours) {
    int near = Math.min(neighbours, count() - 1);
    if (kept.length == 0 || near == 0) {
      return List.of();
    }
    float[] weights = clsAttention();
    float[] cosines;
    long[] patches;
    try (Torch.Value result = torch.call("nearest", book.fullWidthKeys(), kept, near)) {
      Torch.Value[] parts = result.elements();
      try (Torch.Value similar = parts[0];
          Torch.Value nearest = parts[1];
          Torch.Value hostCosines = torch.call("floats", similar);
          Torch.Value hostPatches = torch.call("longs", nearest)) {
        cosines = hostCosines.toFloats(torch);
        patches = hostPatches.toLongs(torch);
      }
    }
    List<Merge> merges = new ArrayList<>();
    for (int centre = 0, i = 0; centre < kept.length; centre++) {
      List<Merge.Neighbour> merged = new ArrayList<>();
      for (int end = i + near; i < end; i++) {
        int patch = Math.toIntExact(patches[i]);
        merged.add(new Merge.Neighbour(patch, cosines[i], weights[patch]));
      }
      merges.add(new Merge(kept[centre], merged));
    }
    return merges;
  }

  @Override
  public VisualTokens inTower(InTower method, int tokens) {
    requirePatchesOnly();
    requireOneLayer();
    InsideTokens.Key key = new InsideTokens.Key(method, tokens);
    InsideTokens left = inside.get(key);
    if (left == null) {
      throw new IllegalStateException(
          "Cannot take tokens from inside the tower, which was run without " + method);
    }
    if (left.failure() != null) {
      throw left.failure();
    }
    int[] kept = left.kept().length == count() ? null : left.kept();
    return VisualTokens.inside(
        key, left, kept, () -> torch.call("between", left.rows(), 0, tokens));
  }

  private void requireOneLayer() {
    if (config.visionFeatureLayers().size() > 1) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot drop patches inside the vision tower: the features are of its layers %s, in which different patches would be left",
              config.visionFeatureLayers()));
    }
  }

  // With CLS among the features the reference would count it as a patch; no method is run like
  // that.
  private void requirePatchesOnly() {
    requireNoQueries();
    if (config.select() != FeatureSelect.DEFAULT) {
      throw new ReductionException(
          "Cannot drop tokens of a checkpoint whose vision_feature_select_strategy is 'full'; only"
              + " the method 'none' applies to it");
    }
  }

  @Override
  public void close() {
    inside.values().forEach(InsideTokens::close);
    book.close();
  }
}
