package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;

import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.TokenSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * hahnyuan/LLM-Viewer's own arithmetic: the decoder only, without embedding, rotary embedding and
 * final norm; FLOPs are the operations of every operator.
 */
final class LlmViewerArithmetic implements Arithmetic {

  private final Scenario scenario;
  private final DecoderShape decoder;
  private final LlmViewerOperators operators;
  private final boolean firstVersion;

  LlmViewerArithmetic(Scenario scenario) {
    this.scenario = scenario;
    decoder = scenario.shape().shape().decoder();
    operators = LlmViewerOperators.of(scenario);
    firstVersion = scenario.mode() == CostMode.LLM_VIEWER_2024_03_11;
  }

  @Override
  public Optional<Work> vision() {
    return Optional.empty();
  }

  @Override
  public Optional<Work> reduction() {
    return Optional.empty();
  }

  @Override
  public Optional<Work> projector() {
    return Optional.empty();
  }

  @Override
  public Work prefill(TokenSchedule prompt) {
    return work(layersOfPrefill(prompt.first()));
  }

  /** The new token does not attend to itself. */
  @Override
  public Work decodeToken(TokenSchedule prompt) {
    long cached = operators.keyBytes(prompt.first());
    return work(
        layers(
            1,
            prompt.first(),
            operators.scores(1, prompt.first(), operators.queryBytes(1), cached)));
  }

  private Work work(List<Operator> layers) {
    List<Operator> all = new ArrayList<>(layers);
    all.add(head());
    Pass pass = new Pass(all);
    return new Work(pass.operations(), pass);
  }

  /**
   * The first version reads the keys a second time instead of the queries. The current version
   * reads only as many query heads as there are key heads.
   */
  private List<Operator> layersOfPrefill(int tokens) {
    long cached = operators.keyBytes(tokens);
    Operator scores =
        firstVersion
            ? operators.scores(tokens, tokens, 0, product(2, cached))
            : operators.scores(
                tokens, tokens, operators.activations(operators.keyElements(tokens)), cached);
    return layers(tokens, tokens, scores);
  }

  /** The layers' operators; {@code scores} is used if scores go through memory. */
  private List<Operator> layers(int queries, int keys, Operator scores) {
    List<Operator> pass = new ArrayList<>(operators.matrices(decoder.layers(), queries));
    switch (scenario.attention()) {
      case EAGER -> {
        pass.add(scores);
        pass.addAll(operators.values(queries, keys));
      }
      case FLASH -> pass.add(operators.fused(queries, keys, firstVersion ? 1 : 2));
    }
    pass.addAll(operators.elementwise(queries));
    return pass;
  }

  /** The first version reads one byte per weight, whatever the format. */
  private Operator head() {
    long weights = decoder.head().weights();
    return operators.head(firstVersion ? weights : scenario.precision().weights().bytes(weights));
  }

  @Override
  public List<Operator> matrices(int tokens) {
    return operators.matrices(1, tokens);
  }

  /**
   * Weights are the layers', without embedding and head. Activations are those that one layer
   * stores.
   */
  @Override
  public Footprint footprint(TokenSchedule prompt) {
    Traffic layers = new Pass(layersOfPrefill(prompt.first())).traffic();
    return new Footprint(
        layers.weights(), layers.cacheStored(), layers.activationsStored() / decoder.layers());
  }
}
