package io.prumerge.engine;

import io.prumerge.engine.StayingTokens.Token;
import io.prumerge.image.ViewGrid;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.FirstQuestionCuts;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.run.CutResult;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What methods' cuts inside the decoder leave of an image: the prompt goes through its layers as an
 * answer begins, and the cuts say what they keep.
 *
 * @param question of the prompt
 * @param prompt with one image
 */
record CutExplainer(LoadedModel loaded, String question, EncodedPrompt prompt) {

  private static final GenerationLimits ONE_TOKEN = new GenerationLimits(1, 0);

  /**
   * Returns the explainer of a question; empty where no cut can be made for it: about several
   * images, or if it cannot be asked.
   *
   * @param images views of each
   */
  static Optional<CutExplainer> of(LoadedModel loaded, String question, List<ViewGrid> images) {
    if (images.size() > 1) {
      return Optional.empty();
    }
    try {
      EncodedPrompt prompt = loaded.prompts().withImages(question, images);
      return Optional.of(new CutExplainer(loaded, question, prompt));
    } catch (PromptException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the tokens that are left after each of a method's cuts, as far as these can be made: an
   * answer's error says why not. None for a method without cuts.
   */
  List<StayingTokens> staying(ReducedImages tokens) {
    List<LayerCut> cuts = cuts(tokens);
    if (cuts.isEmpty() || !fits(tokens)) {
      return List.of();
    }
    FirstQuestionCuts kept = new FirstQuestionCuts();
    prefill(tokens, cuts, kept);
    List<StayingTokens> staying = new ArrayList<>();
    List<Token> left = all(tokens.patches());
    for (int cut = 0; cut < cuts.size(); cut++) {
      CutResult result = kept.at(cuts.get(cut));
      if (result.failure().isPresent()) {
        break;
      }
      left = left(left, result.keptTokens());
      int next = cut + 1 < cuts.size() ? cuts.get(cut + 1).layer() : layers();
      staying.add(new StayingTokens(cuts.get(cut).layer(), next - 1, left));
    }
    return staying;
  }

  private List<LayerCut> cuts(ReducedImages tokens) {
    try {
      List<LayerCut> cuts = LayerCut.of(tokens.applied(), tokens.tokens(), layers());
      boolean parted = loaded.prompts().partsFromImage(question);
      return parted || cuts.stream().noneMatch(LayerCut::needsNullToken) ? cuts : List.of();
    } catch (ReductionException e) {
      return List.of();
    }
  }

  private int layers() {
    return loaded.checkpoint().config().text().layers();
  }

  private boolean fits(ReducedImages tokens) {
    int text = prompt.textTokens();
    return new AnswerLimits(loaded)
        .refusal(
            text + tokens.positions().rows(),
            text + tokens.positions().span(),
            ONE_TOKEN.maxNewTokens())
        .isEmpty();
  }

  private void prefill(ReducedImages tokens, List<LayerCut> cuts, FirstQuestionCuts kept) {
    LlavaModel model = loaded.model();
    int[] ids = prompt.ids();
    int[] slots = prompt.imageSlots();
    int prefix = prompt.lastSlot() + 1;
    try (ProjectedTokens visual = model.project(tokens, List.of(prompt.instruction())).get(0)) {
      model.logits(
          new PromptGroup(
              Arrays.copyOf(ids, prefix),
              slots[0],
              slots,
              new VisualRows(visual, tokens.positions()),
              cuts,
              Optional.of(kept),
              List.of(Arrays.copyOfRange(ids, prefix, ids.length)),
              List.of(ONE_TOKEN)));
    }
  }

  private static List<Token> all(int[] patches) {
    return IntStream.range(0, patches.length)
        .mapToObj(place -> new Token(place, patch(patches[place]), false))
        .toList();
  }

  private static OptionalInt patch(int patch) {
    return patch == TokenSelection.NO_PATCH ? OptionalInt.empty() : OptionalInt.of(patch);
  }

  private static List<Token> left(List<Token> before, KeptTokens kept) {
    int whole = kept.tokens().length - kept.sums(before.size());
    return IntStream.range(0, kept.tokens().length)
        .mapToObj(
            row -> {
              Token token = before.get(kept.tokens()[row]);
              return row < whole || isItself(kept, row - whole, before.size(), kept.tokens()[row])
                  ? token
                  : token.summed();
            })
        .toList();
  }

  // A cluster of one token is that token.
  private static boolean isItself(KeptTokens kept, int sum, int tokens, int place) {
    return IntStream.range(0, tokens)
        .allMatch(token -> kept.share()[sum * tokens + token] == (token == place ? 1 : 0));
  }
}
