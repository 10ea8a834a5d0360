package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Kept;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Optional;

/**
 * {@code priortr} (arXiv 2606.24156; CodeChildCZJ/PriorTR e442a4c, {@code strategy/priortr.py} and
 * {@code model/prunable_llama.py}): before layer K, the visual tokens go on that the question gives
 * more of its attention in layer K - 1 than a null token does. That is the first token behind the
 * image, part of the template, which sees no question. With P and Q, the attention of both to the
 * visual tokens, each divided by its sum, a token's score is P log(P / Q).
 *
 * <p>P is the mean over all rows behind the image, the null token's included, as its authors have
 * it for LLaVA-1.5; {@code query=last} takes the last row, as they have it for LLaVA-NeXT (with
 * {@code tokens=320}). Tokens keep their order and their positions. The others leave the caches of
 * the layers before K, too, so that answers do not see them.
 */
final class PriorTr {

  private static final String QUERY = "query";
  private static final String QUESTION = "question";
  private static final int DEFAULT_LAYER = 3;
  private static final int DEFAULT_TOKENS = 192;

  private PriorTr() {}

  /**
   * The method's cut.
   *
   * @param tokens how many it keeps, unless fewer come
   * @param lastRow whether the question is its last row
   */
  private record Cut(int layer, int tokens, boolean lastRow, Positions positions)
      implements LayerCut {

    private Evidence attention() {
      return new Evidence.TextAttention(layer - 1);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(attention());
    }

    @Override
    public int count(int all) {
      return Math.min(all, tokens);
    }

    @Override
    public boolean dropsEarlierRows() {
      return true;
    }

    @Override
    public boolean needsNullToken() {
      return true;
    }

    @Override
    public Optional<DeviceRule> onDevice(int all) {
      return Optional.of(new DeviceRule("priortr", List.of(count(all), lastRow ? 1 : 0)));
    }

    @Override
    public Kept keep(SeenTokens seen) {
      return Kept.of(seen.places(0, count(seen.count())));
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "priortr";
    }

    @Override
    public List<String> keys() {
      return List.of(CutParameters.LAYER, CutParameters.TOKENS, QUERY, CutParameters.POSITIONS);
    }

    @Override
    public About about() {
      return About.of("2606.24156", "CodeChildCZJ/PriorTR")
          .with(CutParameters.LAYER, DEFAULT_LAYER)
          .with(CutParameters.TOKENS, DEFAULT_TOKENS)
          .with(QUERY, QUESTION)
          .with(CutParameters.POSITIONS, LayerCut.Positions.KEPT);
    }

    @Override
    public TokenReducer create(Parameters given) {
      CutParameters parameters = new CutParameters(given);
      LayerCut cut =
          new Cut(
              parameters.count(CutParameters.LAYER, DEFAULT_LAYER),
              parameters.count(CutParameters.TOKENS, DEFAULT_TOKENS),
              parameters.choice(QUERY, QUESTION, "last").equals("last"),
              parameters.positions(LayerCut.Positions.KEPT));
      return new OneCut(parameters.spec(), cut);
    }
  }
}
