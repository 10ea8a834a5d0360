package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Kept;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code v2drop} (xuyang-liu16/V2Drop 219e03e, {@code V2Drop.py}): before each of the layers, the
 * visual tokens go on that the layer below has changed most, by the Euclidean norm of the
 * difference of its input and its output. They keep their order and their positions; the question
 * plays no part.
 *
 * <p>Each cut keeps max(1, int(n ratio)) of the n tokens that reach it. A budget multiplies all
 * ratios by one factor, up to 1. The defaults are what the authors call 192 tokens; their schedules
 * for fewer are not public.
 */
final class V2Drop extends DecoderReducer {

  private static final String RATIOS = "ratios";
  private static final List<Integer> DEFAULT_LAYERS = List.of(3, 17, 22);
  private static final List<Double> DEFAULT_RATIOS = List.of(0.5, 0.5, 0.0);

  /** One of the method's cuts. */
  private record Cut(int layer, double ratio, Positions positions) implements LayerCut {

    private Evidence before() {
      return new Evidence.Hidden(layer - 1);
    }

    private Evidence behind() {
      return new Evidence.Hidden(layer);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(before(), behind());
    }

    @Override
    public int count(int tokens) {
      return Math.min(tokens, Math.max(1, (int) (tokens * ratio)));
    }

    @Override
    public Optional<DeviceRule> onDevice(int tokens) {
      return Optional.of(new DeviceRule("v2drop", List.of(count(tokens))));
    }

    @Override
    public Kept keep(SeenTokens seen) {
      return Kept.of(seen.places(0, count(seen.count())));
    }
  }

  private final List<LayerCut> cuts = new ArrayList<>();

  private V2Drop(
      CutParameters parameters,
      List<Integer> layers,
      List<Double> ratios,
      LayerCut.Positions positions) {
    super(parameters.spec());
    if (layers.size() != ratios.size()) {
      throw parameters.refusal("give as many ratios as layers");
    }
    for (int i = 0; i < layers.size(); i++) {
      cuts.add(new Cut(layers.get(i), ratios.get(i), positions));
    }
  }

  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    return List.copyOf(cuts);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "v2drop";
    }

    @Override
    public List<String> keys() {
      return List.of(CutParameters.LAYERS, RATIOS, CutParameters.POSITIONS);
    }

    @Override
    public About about() {
      return About.of("", "xuyang-liu16/V2Drop")
          .with(CutParameters.LAYERS, DEFAULT_LAYERS)
          .with(RATIOS, DEFAULT_RATIOS)
          .with(CutParameters.POSITIONS, LayerCut.Positions.KEPT);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      List<Double> shares = new CutParameters(rest).shares(RATIOS, DEFAULT_RATIOS);
      return Optional.of(new Knob.Shares(RATIOS, shares));
    }

    @Override
    public TokenReducer create(Parameters given) {
      CutParameters parameters = new CutParameters(given);
      List<Integer> layers = parameters.layers(1, DEFAULT_LAYERS);
      List<Double> ratios = parameters.shares(RATIOS, DEFAULT_RATIOS);
      LayerCut.Positions positions = parameters.positions(LayerCut.Positions.KEPT);
      return new V2Drop(parameters, layers, ratios, positions);
    }
  }
}
