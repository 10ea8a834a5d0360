package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The keys of {@code prumerge} and {@code prumerge+}.
 *
 * <p>The canonical spelling leaves out {@code adaptive}: a {@code ratio} implies {@code
 * adaptive=false}, and {@code adaptive=false} alone means the official default ratio, 1/8. It
 * leaves out {@code k} with {@code merge=false}, where {@code k} has no effect.
 *
 * <p>{@code variant=paper} is the method as the paper's text has it, see {@link
 * MergingReducer.PaperMerge}; it has no summary token. {@code attention=received} is for towers
 * without a class token, see {@link MergingReducer.ReceivedMerge}.
 *
 * @param ratio share of the patches to keep, in (0, 1]; empty = adaptive, by the outlier rule
 * @param budget all tokens, the summary included, where their number is given
 * @param neighbours patches merged into each kept one (official code: 32); 0 = no merging
 * @param summary whether the token that sums up the dropped patches is appended
 * @param paper whether this is the paper's text instead of the code
 * @param attention whose attention are the scores
 */
record PruMergeOptions(
    Optional<Double> ratio,
    Optional<TokenBudget> budget,
    int neighbours,
    boolean summary,
    boolean paper,
    ScoringAttention attention) {
  private static final Parameter<Boolean> ADAPTIVE = Parameter.flag("adaptive").byDefault(true);
  private static final Parameter<Integer> NEIGHBOURS = Parameter.count("k").byDefault(32);
  private static final Parameter<Boolean> MERGE = Parameter.flag("merge").byDefault(true);
  private static final Parameter<Double> RATIO = Parameter.share("ratio");
  private static final Parameter<Boolean> SUMMARY = Parameter.flag("summary").byDefault(true);
  private static final Parameter<Boolean> PAPER = Parameter.either("variant", "code", "paper");
  private static final double OFFICIAL_RATIO = 0.125;

  /** Both methods. */
  abstract static class Factory extends AbstractReducerFactory {

    Factory(String name, Function<Parameters, MergingReducer> reducer) {
      super(
          name,
          About.of("2403.15388", "42Shawn/LLaVA-PruMerge")
              .servable(Servable.no("class attention decides the count")),
          reducer,
          ADAPTIVE,
          ScoringAttention.PARAMETER,
          NEIGHBOURS,
          MERGE,
          RATIO,
          SUMMARY,
          TokenBudget.OPTIONAL,
          PAPER);
    }
  }

  static PruMergeOptions of(Parameters parameters) {
    Optional<Double> ratio = parameters.given(RATIO);
    if (parameters.has(TokenBudget.OPTIONAL) && (ratio.isPresent() || parameters.has(ADAPTIVE))) {
      throw parameters.refusal("tokens gives the number; leave adaptive and ratio out");
    }
    boolean adaptive = parameters.given(ADAPTIVE).orElse(ratio.isEmpty());
    if (adaptive && ratio.isPresent()) {
      throw parameters.refusal("a ratio implies adaptive=false; leave one of the two out");
    }
    int neighbours = parameters.value(NEIGHBOURS);
    boolean merge = parameters.value(MERGE);
    boolean paper = parameters.value(PAPER);
    if (paper && parameters.has(SUMMARY)) {
      throw parameters.refusal("the paper has no summary token; leave summary out");
    }
    return new PruMergeOptions(
        adaptive ? Optional.empty() : Optional.of(ratio.orElse(OFFICIAL_RATIO)),
        parameters.given(TokenBudget.OPTIONAL).map(TokenBudget::new),
        merge ? neighbours : 0,
        !paper && parameters.value(SUMMARY),
        paper,
        parameters.value(ScoringAttention.PARAMETER));
  }

  /** Returns the method with these options in canonical spelling. */
  MethodSpec spec(Parameters parameters) {
    SortedMap<String, String> values = new TreeMap<>(parameters.spec().parameters());
    values.remove(ADAPTIVE.key());
    ratio.ifPresent(share -> values.put(RATIO.key(), Parameters.plain(share)));
    if (neighbours == 0) {
      values.remove(NEIGHBOURS.key());
    }
    return new MethodSpec(parameters.method(), values);
  }
}
