package io.prumerge.reduction;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code fastv} (arXiv 2403.06764; pkunlp-icler/FastV, its variant for transformers that keeps a
 * cache): before layer K, the visual tokens with the largest attention of the prompt's last token
 * in layer K - 1 go on, once and for all later steps. They keep their order and their positions.
 *
 * <p>Of n tokens {@code ratio} keeps round(n ratio), half to even as in Python, at least one. The
 * lower index wins a tie; torch's top-k promises nothing.
 */
final class FastV extends DecoderReducer {

  private static final String LAYER = "layer";
  private static final String RATIO = "ratio";
  private static final int DEFAULT_LAYER = 3;
  private static final double DEFAULT_RATIO = 0.5;

  /**
   * The method's cut.
   *
   * @param tokens to keep; 0 where the ratio says it
   */
  private record Cut(int layer, int tokens, double ratio) implements LayerCut {

    private Evidence attention() {
      return new Evidence.LastRowAttention(layer - 1);
    }

    @Override
    public Positions positions() {
      return Positions.KEPT;
    }

    @Override
    public List<Evidence> sees() {
      return List.of(attention());
    }

    @Override
    public int count(int all) {
      return tokens > 0 ? tokens : Math.max(1, (int) Math.rint(all * ratio));
    }

    @Override
    public int[] keep(SeenTokens seen) {
      float[] scores = seen.of(attention());
      int[] kept = Ranking.top(scores, count(seen.count()));
      Arrays.sort(kept);
      return kept;
    }
  }

  private final Cut cut;

  private FastV(MethodSpec spec, Cut cut) {
    super(spec, List.of(cut));
    this.cut = cut;
  }

  private static FastV of(Parameters parameters) {
    int layer = parameters.count(LAYER).orElse(DEFAULT_LAYER);
    int tokens = parameters.count(TokenBudget.KEY).orElse(0);
    double ratio = parameters.share(RATIO).orElse(DEFAULT_RATIO);
    if (tokens > 0 && parameters.text(RATIO).isPresent()) {
      throw parameters.refusal("tokens and ratio say the same; leave one of the two out");
    }
    SortedMap<String, String> canonical = new TreeMap<>();
    if (layer != DEFAULT_LAYER) {
      canonical.put(LAYER, Integer.toString(layer));
    }
    if (tokens > 0) {
      canonical.put(TokenBudget.KEY, Integer.toString(tokens));
    } else if (ratio != DEFAULT_RATIO) {
      canonical.put(RATIO, Parameters.plain(ratio));
    }
    return new FastV(new MethodSpec(parameters.method(), canonical), new Cut(layer, tokens, ratio));
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    if (cut.count(patches.tokens()) > patches.tokens()) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot keep %d tokens: the image has %d; give tokens=%d or fewer",
              cut.tokens(),
              patches.tokens(),
              patches.tokens()));
    }
    return super.reduce(patches);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "fastv";
    }

    @Override
    public List<String> keys() {
      return List.of(LAYER, RATIO, TokenBudget.KEY);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return FastV.of(parameters);
    }
  }
}
