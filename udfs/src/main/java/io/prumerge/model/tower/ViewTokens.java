package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.LlavaConfig.FeatureSelect;
import io.prumerge.model.connector.InsideTokens;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualTokens;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Visual tokens made of one view's rows: all of them, some, sums. Only what they are made of is
 * decided here; the rows themselves are computed when somebody takes them.
 */
final class ViewTokens {

  private final Torch torch;
  private final TowerModule module;
  private final LlavaConfig config;
  private final EvidenceBook book;

  ViewTokens(Torch torch, TowerModule module, LlavaConfig config, EvidenceBook book) {
    this.torch = torch;
    this.module = module;
    this.config = config;
    this.book = book;
  }

  /** What the connector makes of all features together. */
  VisualTokens queried() {
    Torch.Value features = book.states().withClass();
    return new VisualTokens(
        new TokenSelection.Queried(config.viewTokens()),
        Stage.BEFORE_CONNECTOR,
        null,
        0,
        () -> torch.call("between", features, 0, config.features()));
  }

  /** All tokens that the checkpoint selects. */
  VisualTokens all() {
    int[] rows = IntStream.range(0, config.viewTokens()).toArray();
    Torch.Value selected =
        config.select() == FeatureSelect.DEFAULT
            ? book.states().patches()
            : book.states().withClass();
    return new VisualTokens(
        TokenSelection.of(rows),
        Stage.BEFORE_CONNECTOR,
        null,
        0,
        () -> torch.call("gather", selected, rows));
  }

  VisualTokens gather(Stage stage, int[] kept) {
    int[] rows = kept.clone();
    Torch.Value source = patches(stage);
    return new VisualTokens(
        TokenSelection.of(rows), stage, rows, 0, () -> torch.call("gather", source, rows));
  }

  private Torch.Value patches(Stage stage) {
    return switch (stage) {
      case BEFORE_CONNECTOR -> book.states().patches();
      case BEHIND_CONNECTOR -> book.look(new TowerEvidence.Projected());
    };
  }

  VisualTokens blend(Stage stage, List<Blend> tokens) {
    int[] kept = tokens.stream().flatMapToInt(token -> token.patch().stream()).toArray();
    if (tokens.stream().allMatch(Blend::copiesPatch)) {
      return gather(stage, kept);
    }
    boolean withClass = stage == Stage.BEFORE_CONNECTOR && module.classTokens() > 0;
    Torch.Value source = withClass ? book.states().withClass() : patches(stage);
    int first = withClass ? Blend.CLASS_TOKEN : 0;
    int width = config.vision().patches() - first;
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
    try (Torch.Value weights = module.tensor(shares, shares.length / width, width)) {
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

  /**
   * PruMerge's tokens.
   *
   * @param near patches merged into each kept one, at most all others
   */
  VisualTokens merge(int[] kept, int near, boolean summary) {
    int[] rows = kept.clone();
    Torch.Value keys = book.fullWidthKeys();
    Torch.Value attention = book.look(new TowerEvidence.FullWidthAttention());
    Torch.Value patches = book.states().patches();
    return new VisualTokens(
        TokenSelection.merged(rows, near, summary),
        Stage.BEFORE_CONNECTOR,
        rows,
        0,
        () -> torch.call("merge", patches, keys, attention, rows, near, summary));
  }

  /** All tokens of the view as a smaller image. */
  VisualTokens downsampled(int side) {
    int[] rows = IntStream.range(0, side * side).toArray();
    Torch.Value source = book.look(new TowerEvidence.SmallImage(side));
    return new VisualTokens(
        new TokenSelection.Small(side),
        Stage.BEFORE_CONNECTOR,
        new int[0],
        0,
        () -> torch.call("gather", source, rows));
  }

  /** What a method left inside the tower. */
  VisualTokens inside(InsideTokens.Key key, InsideTokens left) {
    int[] kept = left.kept().length == config.vision().patches() ? null : left.kept();
    return VisualTokens.inside(
        key, left, kept, () -> torch.call("between", left.rows(), 0, key.tokens()));
  }
}
