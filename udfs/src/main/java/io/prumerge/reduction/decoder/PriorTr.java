package io.prumerge.reduction.decoder;

import io.prumerge.config.ReferenceModel;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Optional;

/**
 * {@code priortr} (arXiv 2606.24156; CodeChildCZJ/PriorTR e442a4c, {@code strategy/priortr.py} of
 * LLaVA, InternVL, Qwen2-VL and Qwen3-VL): before layer K, the visual tokens go on that the
 * question gives more of its attention in layer K - 1 than a null token does. That is a token after
 * the image, part of the template, which sees no question. With P and Q, the attention of both to
 * the visual tokens, each divided by its sum, a token's score is P log(P / Q).
 *
 * <p>The null token is the first one after the image, on InternVL the second: the first closes the
 * image. P is the mean over all rows after the image, the null token's included, on Qwen's models
 * without the prompt's last one; {@code query=last} takes the last row, as its authors have it for
 * LLaVA-NeXT (with {@code tokens=320}). K is 3, on InternVL 2. Tokens keep their order and their
 * positions. The others leave the caches of the layers before K, too, so that answers do not see
 * them.
 *
 * <p>{@code layer} names another K, and {@code query=question} is the mean over the rows.
 *
 * <p>Deviations: the authors' numbers are shares on Qwen's models (0.1111) and InternVL (0.25). On
 * InternVL their code prunes the first of several images alone; ours refuses them.
 */
final class PriorTr extends DecoderReducer {

  private static final Parameter<Integer> LAYER = Parameter.count("layer");
  private static final Parameter<Integer> TOKENS = TokenBudget.OPTIONAL.byDefault(192);
  private static final Parameter<Boolean> LAST_ROW = Parameter.either("query", "question", "last");

  /**
   * The rule for a model.
   *
   * @param layer K, unless it is given
   * @param prior the null token's row after the image
   * @param first the question's first row; below 0 counted from the end
   * @param end after its last one; the same
   */
  private record Rule(int layer, int prior, int first, int end) {

    static Rule of(ReferenceModel model) {
      return switch (model) {
        case LLAVA -> new Rule(3, 0, 0, Integer.MAX_VALUE);
        case INTERN_VL -> new Rule(2, 1, 0, Integer.MAX_VALUE);
        case QWEN_VL -> new Rule(3, 0, 0, -1);
      };
    }

    Rule ofLastRow() {
      return new Rule(layer, prior, -1, Integer.MAX_VALUE);
    }
  }

  /**
   * The method's cut.
   *
   * @param tokens how many it keeps, unless fewer come
   */
  private record Cut(int layer, int tokens, Rule rule, CutPositions positions) implements LayerCut {

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
      return Optional.of(
          new DeviceRule("priortr", List.of(count(all), rule.prior(), rule.first(), rule.end())));
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(seen.places(0, count(seen.count())));
    }
  }

  /**
   * The parameters.
   *
   * @param lastRow whether the question is its last row
   */
  private record Given(
      Optional<Integer> layer, int tokens, boolean lastRow, CutPositions positions) {}

  private final Given given;
  private final ReferenceModel model;

  private PriorTr(MethodSpec spec, Given given, ReferenceModel model) {
    super(spec);
    this.given = given;
    this.model = model;
  }

  @Override
  public TokenReducer on(PatchTokens image) {
    return new PriorTr(spec(), given, image.reference());
  }

  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    Rule rule = Rule.of(model);
    return List.of(
        new Cut(
            given.layer().orElse(rule.layer()),
            given.tokens(),
            given.lastRow() ? rule.ofLastRow() : rule,
            given.positions()));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "priortr",
          About.of("2606.24156", "CodeChildCZJ/PriorTR")
              .servable(Servable.no("prunes inside the decoder")),
          Factory::reducer,
          LAYER,
          TOKENS,
          LAST_ROW,
          CutPositions.PARAMETER);
    }

    private static TokenReducer reducer(Parameters parameters) {
      Given given =
          new Given(
              parameters.given(LAYER),
              parameters.value(TOKENS),
              parameters.value(LAST_ROW),
              parameters.value(CutPositions.PARAMETER));
      return new PriorTr(parameters.spec(), given, ReferenceModel.LLAVA);
    }
  }
}
