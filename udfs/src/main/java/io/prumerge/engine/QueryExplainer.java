package io.prumerge.engine;

import io.prumerge.architecture.QFormer;
import io.prumerge.config.LlavaConfig;
import io.prumerge.model.EncodedViews;
import io.prumerge.model.ImageTokens;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.PromptGroup.FirstKept;
import io.prumerge.reduction.CutRule;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a Q-Former makes of an image beside a question, and what methods inside the decoder leave of
 * it.
 *
 * @param prompt of the question; empty without one
 */
record QueryExplainer(LlavaModel model, QFormer shape, Optional<EncodedPrompt> prompt) {

  /**
   * For a model that has a Q-Former.
   *
   * @throws ReductionException if the question cannot be asked, or the Q-Former reads one and there
   *     is none
   */
  static Optional<QueryExplainer> of(LoadedModel loaded, Optional<String> question) {
    LlavaConfig config = loaded.checkpoint().config();
    if (!(config.connector() instanceof QFormer shape)) {
      return Optional.empty();
    }
    if (shape.readsText() && question.isEmpty()) {
      throw new ReductionException(
          "Cannot show what the queries look at without a question: the Q-Former reads it beside"
              + " the image");
    }
    try {
      Optional<EncodedPrompt> prompt = Optional.empty();
      if (question.isPresent()) {
        prompt = Optional.of(loaded.prompts().withImage(question.get()));
      }
      return Optional.of(new QueryExplainer(loaded.model(), shape, prompt));
    } catch (PromptException e) {
      throw new ReductionException(ErrorKind.of(e));
    }
  }

  /** Ids of the question's words, for the Q-Former; none if it reads none. */
  int[] instruction() {
    return prompt.map(EncodedPrompt::instruction).orElse(new int[0]);
  }

  QueryAttention attention(EncodedViews image) {
    int last = shape.looking().max().orElseThrow();
    try (ImageTokens all = image.reduce(TokenReducers.of(MethodSpec.NONE))) {
      float[] looks = model.looks(all, instruction());
      return QueryAttention.of(last + 1, shape.layers(), looks, image.views().get(0).count());
    }
  }

  /**
   * The queries that stay behind each of a method's cuts; none without cuts or a question, or if
   * the prompt is longer than the decoder takes.
   *
   * @throws ReductionException if a cut fails
   */
  List<StayingQueries> staying(ImageTokens tokens) {
    LlavaConfig config = model.checkpoint().config();
    List<LayerCut> cuts = LayerCut.of(tokens.applied(), tokens.tokens(), config.text().layers());
    if (prompt.isEmpty() || cuts.isEmpty() || !fits(config, tokens.tokens())) {
      return List.of();
    }
    FirstKept kept = new FirstKept();
    prefill(tokens, cuts, kept);
    List<StayingQueries> staying = new ArrayList<>();
    List<Integer> before = IntStream.range(0, tokens.tokens()).boxed().toList();
    for (LayerCut cut : cuts) {
      CutRule.Result result = kept.at(cut);
      if (result.failure().isPresent()) {
        throw new ReductionException(result.failure().get());
      }
      before = IntStream.of(result.kept().tokens()).mapToObj(before::get).toList();
      staying.add(new StayingQueries(cut.layer(), before));
    }
    return staying;
  }

  private boolean fits(LlavaConfig config, int visual) {
    int positions = visual + prompt.orElseThrow().textTokens();
    return positions <= config.text().longestPrompt();
  }

  // The prompt through all layers, as an answer begins.
  private void prefill(ImageTokens tokens, List<LayerCut> cuts, FirstKept kept) {
    int[] ids = prompt.orElseThrow().ids();
    int prefix = prompt.orElseThrow().lastSlot() + 1;
    try (ProjectedTokens visual = model.project(tokens, List.of(instruction())).get(0)) {
      model.logits(
          new PromptGroup(
              Arrays.copyOf(ids, prefix),
              prefix - 1,
              visual,
              cuts,
              Optional.of(kept),
              List.of(Arrays.copyOfRange(ids, prefix, ids.length)),
              List.of(new PromptGroup.Limits(1, 0))));
    }
  }
}
