package io.prumerge.model.tower;

import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.model.connector.InsideKey;
import io.prumerge.model.connector.InsideTokens;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Visual tokens made of one view's rows: all of them, some, sums. Only what they are made of is
 * decided here; the rows themselves are computed when somebody takes them.
 */
final class ReducedViews {

  private final Torch torch;
  private final TowerModule module;
  private final LlavaConfig config;
  private final EvidenceCache cache;
  private final int count;
  private final boolean behind;

  /**
   * @param count tokens of the view before any reduction
   * @param behind whether all rows come from behind the connector, whatever stage a method names:
   *     those before it are more
   */
  ReducedViews(
      Torch torch,
      TowerModule module,
      LlavaConfig config,
      EvidenceCache cache,
      int count,
      boolean behind) {
    this.torch = torch;
    this.module = module;
    this.config = config;
    this.cache = cache;
    this.count = count;
    this.behind = behind;
  }

  /** Returns the output of a connector that takes all features together. */
  ReducedView queried() {
    Torch.Value features = cache.states().withClass();
    return new ReducedView(
        new TokenSelection.Queried(count),
        Stage.BEFORE_CONNECTOR,
        null,
        0,
        () -> torch.call("between", features, 0, config.features()));
  }

  /** Returns all tokens that the checkpoint selects. */
  ReducedView all() {
    int[] rows = IntStream.range(0, count).toArray();
    if (behind) {
      return rows(Stage.AFTER_CONNECTOR, rows, null);
    }
    Torch.Value selected =
        config.selection().positions() == FeatureSelect.DEFAULT
            ? cache.states().patches()
            : cache.states().withClass();
    return new ReducedView(
        TokenSelection.of(rows),
        Stage.BEFORE_CONNECTOR,
        null,
        0,
        () -> torch.call("gather", selected, rows));
  }

  ReducedView gather(Stage named, int[] kept) {
    int[] rows = kept.clone();
    boolean whole = Arrays.equals(rows, IntStream.range(0, count).toArray());
    return rows(stage(named), rows, whole ? null : rows);
  }

  private ReducedView rows(Stage stage, int[] rows, int[] kept) {
    Torch.Value source = patches(stage);
    return new ReducedView(
        TokenSelection.of(rows), stage, kept, 0, () -> torch.call("gather", source, rows));
  }

  private Stage stage(Stage named) {
    return behind ? Stage.AFTER_CONNECTOR : named;
  }

  private Torch.Value patches(Stage stage) {
    return switch (stage) {
      case BEFORE_CONNECTOR -> cache.states().patches();
      case AFTER_CONNECTOR -> projected();
    };
  }

  /** Returns all patches behind the connector, level by level; not for the caller to close. */
  Torch.Value projected() {
    cache.onDevice(new TowerEvidence.Projected()); // counts as used
    return cache.states().projected();
  }

  ReducedView blend(Stage named, List<Blend> tokens) {
    Stage stage = stage(named);
    int[] kept = kept(tokens);
    if (tokens.stream().allMatch(Blend::copiesPatch)) {
      return gather(stage, kept);
    }
    boolean withClass = stage == Stage.BEFORE_CONNECTOR && config.traits().feedsClassToken();
    Torch.Value source = withClass ? cache.states().withClass() : patches(stage);
    int first = withClass ? Blend.CLASS_TOKEN : 0;
    int width = count - first;
    return new ReducedView(
        new TokenSelection.Blended(stage, tokens),
        stage,
        kept,
        products(stage, tokens),
        () -> blended(source, shares(tokens, first, width), width));
  }

  /**
   * Returns sums of patches of several views.
   *
   * @param views the patches of this view and of those behind it, as {@link #projected}
   * @param tokens sums of all of these, numbered one view after the other
   */
  ReducedView blendOver(List<Torch.Value> views, List<Blend> tokens) {
    Stage stage = Stage.AFTER_CONNECTOR;
    int width = views.size() * count;
    return new ReducedView(
        new TokenSelection.Blended(stage, tokens),
        stage,
        kept(tokens),
        products(stage, tokens),
        () -> {
          try (Torch.Value list = torch.list(views);
              Torch.Value source = torch.call("concat", list)) {
            return blended(source, shares(tokens, 0, width), width);
          }
        });
  }

  private static int[] kept(List<Blend> tokens) {
    return tokens.stream().flatMapToInt(token -> token.patch().stream()).toArray();
  }

  private long products(Stage stage, List<Blend> tokens) {
    return Blend.summands(tokens)
        * config.levels()
        * switch (stage) {
          case BEFORE_CONNECTOR -> config.featureSize();
          case AFTER_CONNECTOR -> config.text().hiddenSize();
        };
  }

  private Torch.Value blended(Torch.Value source, float[] shares, int width) {
    try (Torch.Value weights = module.tensor(shares, shares.length / width, width)) {
      return torch.call("blend", source, weights);
    }
  }

  // One row of weights per token, a column per row of the source.
  private static float[] shares(List<Blend> tokens, int first, int width) {
    float[] shares = new float[tokens.size() * width];
    for (int token = 0; token < tokens.size(); token++) {
      for (BlendPart part : tokens.get(token).parts()) {
        shares[token * width + part.patch() - first] += part.weight();
      }
    }
    return shares;
  }

  /**
   * Returns PruMerge's tokens.
   *
   * @param near patches merged into each kept one, at most all others
   */
  ReducedView merge(int[] kept, int near, boolean summary) {
    int[] rows = kept.clone();
    Torch.Value keys = cache.fullWidthKeys();
    Torch.Value attention = cache.onDevice(new TowerEvidence.FullWidthAttention());
    Torch.Value patches = cache.states().patches();
    return new ReducedView(
        TokenSelection.merged(rows, near, summary),
        Stage.BEFORE_CONNECTOR,
        rows,
        0,
        () -> torch.call("merge", patches, keys, attention, rows, near, summary));
  }

  /**
   * Returns the patches that PruMerge merges into each kept one, on the host; computed as the merge
   * itself does.
   *
   * @param keys [N, C]
   * @param attention of the class token to each patch
   * @param kept distinct patches
   * @param near patches merged into each, at least one
   * @return one for each kept patch, in their order
   */
  static List<Merge> merges(
      Torch torch, Torch.Value keys, float[] attention, int[] kept, int near) {
    float[] cosines;
    long[] patches;
    try (Torch.Value result = torch.call("nearest", keys, kept, near)) {
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
      List<Neighbour> merged = new ArrayList<>();
      for (int end = i + near; i < end; i++) {
        int patch = Math.toIntExact(patches[i]);
        merged.add(new Neighbour(patch, cosines[i], attention[patch]));
      }
      merges.add(new Merge(kept[centre], merged));
    }
    return merges;
  }

  /** Returns all tokens of the view as a smaller image. */
  ReducedView downsampled(int side) {
    int[] rows = IntStream.range(0, side * side).toArray();
    Torch.Value source = cache.onDevice(new TowerEvidence.SmallImage(side));
    return new ReducedView(
        new TokenSelection.Small(side),
        Stage.BEFORE_CONNECTOR,
        new int[0],
        0,
        () -> torch.call("gather", source, rows));
  }

  /**
   * Returns the tokens of the blocks of pixels that a method left for the tower.
   *
   * @param blocks rising
   */
  ReducedView ofPixels(int[] blocks) {
    Torch.Value seen = cache.states().patches();
    return ReducedView.ofPixels(
        TokenSelection.of(blocks),
        blocks.length == count ? null : blocks,
        () -> torch.call("between", seen, 0, blocks.length));
  }

  /** Returns the tokens that a method left inside the tower. */
  ReducedView inside(InsideKey key, InsideTokens left) {
    int[] kept = left.kept().length == count ? null : left.kept();
    return ReducedView.inside(
        key, left, kept, () -> torch.call("between", left.rows(), 0, key.tokens()));
  }
}
