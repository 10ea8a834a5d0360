package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.Arithmetic.Work;
import io.prumerge.estimate.Estimate.Footprint;
import io.prumerge.estimate.Pass.Operator;
import io.prumerge.estimate.Scenario.CostMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link CostMode#ACCURATE}: FLOPs are {@link CostModel}'s; traffic and time are those of the
 * operators that compute them and of the elementwise operators between them. The head reads the
 * last position only. Flash attention reads queries, keys and values once.
 */
final class AccurateArithmetic implements Arithmetic {

  private final Scenario scenario;
  private final CostModel model;
  private final Kernels kernels;
  private final VisionArithmetic visionArithmetic;

  AccurateArithmetic(Scenario scenario) {
    this.scenario = scenario;
    model = new CostModel(scenario.shape().shape());
    kernels = new Kernels(scenario.precision(), scenario.attention());
    visionArithmetic = new VisionArithmetic(scenario, model);
  }

  @Override
  public Optional<Work> vision() {
    return Optional.of(visionArithmetic.tower());
  }

  @Override
  public Optional<Work> reduction() {
    return Optional.of(visionArithmetic.reduction());
  }

  @Override
  public Optional<Work> projector() {
    return Optional.of(visionArithmetic.projector());
  }

  @Override
  public Work prefill(TokenSchedule prompt) {
    List<Operator> operators = new ArrayList<>();
    DecoderShape decoder = decoder();
    operators.add(kernels.lookUp(product(scenario.batch(), prompt.first(), decoder.width())));
    for (TokenSchedule.Run run : prompt.runs(decoder.layers())) {
      operators.addAll(layer(run.layers(), run.tokens(), run.tokens()));
    }
    operators.addAll(head());
    return new Work(
        product(scenario.batch(), model.decoder().prefill(prompt)), new Pass(operators));
  }

  @Override
  public Work decodeToken(TokenSchedule prompt) {
    TokenSchedule visible = prompt.plus(1);
    List<Operator> operators = new ArrayList<>();
    DecoderShape decoder = decoder();
    operators.add(kernels.lookUp(product(scenario.batch(), decoder.width())));
    for (TokenSchedule.Run run : visible.runs(decoder.layers())) {
      operators.addAll(layer(run.layers(), 1, run.tokens()));
    }
    operators.addAll(head());
    return new Work(
        product(scenario.batch(), model.decoder().decodeStep(visible)), new Pass(operators));
  }

  /** The norm and the head over the last position of each sequence. */
  private List<Operator> head() {
    long batch = scenario.batch();
    return List.of(
        kernels.norm("final_norm", 1, product(batch, decoder().width())),
        kernels.linear(decoder().head(), 1, batch));
  }

  /**
   * The operators of equal layers, for so many computed positions (queries) and attended ones
   * (keys).
   */
  private List<Operator> layer(int layers, int queries, int keys) {
    DecoderShape decoder = decoder();
    long batch = scenario.batch();
    long rows = product(batch, queries);
    long width = product(rows, decoder.width());
    List<Operator> operators = new ArrayList<>();
    operators.add(kernels.norm("attention_norm", layers, width));
    operators.addAll(linear(layers, rows));
    if (decoder.weights().rotary()) {
      long turned = sum(decoder.queryWidth(), decoder.keyWidth());
      operators.add(kernels.rotation(layers, product(rows, turned)));
    }
    operators.addAll(
        kernels.attention(
            layers,
            new Kernels.Span(
                batch, decoder.heads(), decoder.kvHeads(), decoder.headDim(), queries, keys)));
    operators.add(kernels.add("attention_add", layers, width));
    operators.add(kernels.norm("mlp_norm", layers, width));
    int inputs = decoder.weights().gated() ? 2 : 1;
    operators.add(kernels.activation(layers, product(rows, decoder.mlp()), inputs));
    operators.add(kernels.add("mlp_add", layers, width));
    return operators;
  }

  private List<Operator> linear(int layers, long rows) {
    return decoder().layer().stream().map(matrix -> kernels.linear(matrix, layers, rows)).toList();
  }

  @Override
  public List<Operator> matrices(int tokens) {
    return linear(1, product(scenario.batch(), tokens));
  }

  /**
   * Weights are all those of the checkpoint, embedding and the tower's last layer included.
   * Activations are the residual stream and the widest operator's inputs and outputs.
   */
  @Override
  public Footprint footprint(TokenSchedule prompt) {
    ModelShape shape = scenario.shape().shape();
    PrecisionScheme precision = scenario.precision();
    long residual =
        kernels.activations(product(scenario.batch(), prompt.first(), decoder().width()));
    return new Footprint(
        sum(
            precision.weights().bytes(shape.decoder().parameters()),
            precision.besideTheLanguageModel().weights().bytes(shape.visionParameters())),
        precision.cache().bytes(product(scenario.batch(), shape.decoder().kvCacheElements(prompt))),
        sum(residual, Kernels.widest(prefill(prompt).pass())));
  }

  private DecoderShape decoder() {
    return scenario.shape().shape().decoder();
  }
}
