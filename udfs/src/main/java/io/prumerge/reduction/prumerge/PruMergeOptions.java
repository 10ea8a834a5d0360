package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

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
    OptionalDouble ratio,
    Optional<TokenBudget> budget,
    int neighbours,
    boolean summary,
    boolean paper,
    ScoringAttention attention) {
  static final List<String> KEYS =
      List.of(
          "adaptive",
          ScoringAttention.KEY,
          "k",
          "merge",
          "ratio",
          "summary",
          TokenBudget.KEY,
          "variant");

  private static final String CODE = "code";
  private static final String PAPER = "paper";
  private static final double OFFICIAL_RATIO = 0.125;
  private static final int OFFICIAL_NEIGHBOURS = 32;

  /** Of both methods. */
  static final ReducerFactory.About ABOUT =
      ReducerFactory.About.of("2403.15388", "42Shawn/LLaVA-PruMerge")
          .with("adaptive", true)
          .with(ScoringAttention.KEY, ScoringAttention.CLASS)
          .with("k", OFFICIAL_NEIGHBOURS)
          .with("merge", true)
          .with("summary", true)
          .with("variant", CODE)
          .servable(Servable.no("class attention decides the count"));

  static PruMergeOptions of(Parameters parameters) {
    OptionalDouble ratio = parameters.share("ratio");
    Optional<String> tokens = parameters.text(TokenBudget.KEY);
    if (tokens.isPresent() && (ratio.isPresent() || parameters.text("adaptive").isPresent())) {
      throw parameters.refusal("tokens gives the number; leave adaptive and ratio out");
    }
    boolean adaptive = parameters.flag("adaptive").orElse(ratio.isEmpty());
    if (adaptive && ratio.isPresent()) {
      throw parameters.refusal("a ratio implies adaptive=false; leave one of the two out");
    }
    if (!adaptive && ratio.isEmpty()) {
      ratio = OptionalDouble.of(OFFICIAL_RATIO);
    }
    int neighbours = parameters.count("k").orElse(OFFICIAL_NEIGHBOURS);
    boolean merge = parameters.flag("merge").orElse(true);
    boolean paper = parameters.choice("variant", CODE, PAPER).filter(PAPER::equals).isPresent();
    if (paper && parameters.text("summary").isPresent()) {
      throw parameters.refusal("the paper has no summary token; leave summary out");
    }
    return new PruMergeOptions(
        ratio,
        tokens.map(value -> TokenBudget.of(parameters)),
        merge ? neighbours : 0,
        !paper && parameters.flag("summary").orElse(true),
        paper,
        ScoringAttention.of(parameters));
  }

  /** Returns the method with these options in canonical spelling. */
  MethodSpec spec(String name) {
    SortedMap<String, String> parameters = attention.with(Map.of());
    if (ratio.isPresent()) {
      parameters.put("ratio", Parameters.plain(ratio.getAsDouble()));
    }
    if (neighbours == 0) {
      parameters.put("merge", "false");
    } else if (neighbours != OFFICIAL_NEIGHBOURS) {
      parameters.put("k", Integer.toString(neighbours));
    }
    if (paper) {
      parameters.put("variant", PAPER);
    } else if (!summary) {
      parameters.put("summary", "false");
    }
    budget.ifPresent(given -> parameters.put(TokenBudget.KEY, given.value()));
    return new MethodSpec(name, parameters);
  }
}
