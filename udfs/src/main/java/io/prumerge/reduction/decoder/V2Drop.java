package io.prumerge.reduction.decoder;

import io.prumerge.config.ReferenceModel;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.SharesKnob;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code v2drop} (arXiv 2509.01552; xuyang-liu16/V2Drop 219e03e, {@code V2Drop.py} of LLaVA, {@code
 * modeling_qwen2_vl_self.py} of Qwen2-VL): before each of the layers, the visual tokens go on that
 * the layer below has changed most, by the Euclidean norm of the difference of its input and its
 * output. They keep their order and their positions; the question plays no part.
 *
 * <p>Each cut keeps max(1, int(n ratio)) of the n tokens that reach it. A budget multiplies all
 * ratios by one factor, up to 1. {@code layers} and {@code ratios} are those of the authors' code
 * for the model: 0.5/0.5/0 before 3/17/22, on Qwen's models from Qwen2-VL on 0.25/0.05/0 before
 * 3/16/22. {@code schedule} has those of the paper's three rows on LLaVA-1.5, as
 * xuyang-liu16/V2Drop#6 quotes them; the code's own are none of these.
 */
final class V2Drop extends DecoderReducer {

  private static final Parameter<List<Integer>> LAYERS = Parameter.rising("layers", 1);
  private static final Parameter<List<Double>> RATIOS = Parameter.shares("ratios");
  private static final Parameter<String> SCHEDULE = Parameter.word("schedule", "192", "128", "64");

  /** What is kept before each of three layers. */
  private record Schedule(List<Integer> layers, List<Double> ratios) {

    private static final List<Integer> LLAVA_LAYERS = List.of(3, 17, 22);

    /** Returns the schedule of the authors' code for a model. */
    static Schedule of(ReferenceModel model) {
      return model == ReferenceModel.QWEN_VL
          ? new Schedule(List.of(3, 16, 22), List.of(0.25, 0.05, 0.0))
          : new Schedule(LLAVA_LAYERS, List.of(0.5, 0.5, 0.0));
    }

    /** Returns the schedule of a row of the paper. */
    static Schedule of(String tokens) {
      return new Schedule(
          LLAVA_LAYERS,
          switch (tokens) {
            case "192" -> List.of(0.5, 0.3, 0.0);
            case "128" -> List.of(0.28, 0.25, 0.0);
            default -> List.of(0.05, 0.05, 0.0);
          });
    }
  }

  /** One of the method's cuts. */
  private record Cut(int layer, double ratio, CutPositions positions) implements LayerCut {

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
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(seen.places(0, count(seen.count())));
    }
  }

  /** The parameters; without a schedule, that of the authors' code for the model. */
  private record Given(
      Optional<List<Integer>> layers,
      Optional<List<Double>> ratios,
      Optional<Schedule> schedule,
      CutPositions positions) {

    static Given of(Parameters parameters) {
      parameters.onlyOne(SCHEDULE, RATIOS);
      Given given =
          new Given(
              parameters.given(LAYERS),
              parameters.given(RATIOS),
              parameters.given(SCHEDULE).map(Schedule::of),
              parameters.value(CutPositions.PARAMETER));
      Schedule all = given.on(ReferenceModel.LLAVA);
      if (all.layers().size() != all.ratios().size()) {
        throw parameters.refusal("give as many ratios as layers");
      }
      return given;
    }

    Schedule on(ReferenceModel model) {
      Schedule own = schedule.orElseGet(() -> Schedule.of(model));
      return new Schedule(layers.orElse(own.layers()), ratios.orElse(own.ratios()));
    }
  }

  private final Given given;
  private final Schedule schedule;

  private V2Drop(MethodSpec spec, Given given, ReferenceModel model) {
    super(spec);
    this.given = given;
    this.schedule = given.on(model);
  }

  @Override
  public TokenReducer on(PatchTokens image) {
    return new V2Drop(spec(), given, image.reference());
  }

  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    List<LayerCut> cuts = new ArrayList<>();
    for (int i = 0; i < schedule.layers().size(); i++) {
      cuts.add(new Cut(schedule.layers().get(i), schedule.ratios().get(i), given.positions()));
    }
    return cuts;
  }

  /**
   * One factor for all ratios.
   *
   * @param given none for those of the authors' code for the model
   */
  private record Factor(Optional<List<Double>> given, ReferenceModel model) implements Knob {

    private Knob shares() {
      return new SharesKnob(RATIOS.key(), given.orElseGet(() -> Schedule.of(model).ratios()));
    }

    @Override
    public Knob on(PatchTokens image) {
      return new Factor(given, image.reference());
    }

    @Override
    public String key() {
      return RATIOS.key();
    }

    @Override
    public boolean multiplies() {
      return true;
    }

    @Override
    public int settings(int patches, int layers) {
      return shares().settings(patches, layers);
    }

    @Override
    public String value(int setting, int patches, int layers) {
      return shares().value(setting, patches, layers);
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "v2drop",
          About.of("2509.01552", "xuyang-liu16/V2Drop")
              .servable(Servable.no("prunes inside the decoder")),
          Factory::reducer,
          LAYERS,
          RATIOS,
          SCHEDULE,
          CutPositions.PARAMETER);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      if (rest.has(SCHEDULE)) {
        throw rest.refusal("its schedule says how large it is; leave it or the budget out");
      }
      return Optional.of(new Factor(rest.given(RATIOS), ReferenceModel.LLAVA));
    }

    private static TokenReducer reducer(Parameters parameters) {
      return new V2Drop(parameters.spec(), Given.of(parameters), ReferenceModel.LLAVA);
    }
  }
}
