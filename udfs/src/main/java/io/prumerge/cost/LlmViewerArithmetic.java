package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * hahnyuan/LLM-Viewer's own arithmetic (model_analyzer.py and configs/Llama.py), simplifications
 * included: vision, embedding, rotary embedding and the final norm are not there, the head counts
 * one operation per weight and one row whatever the batch, the MLP's activation has the model's
 * width, a residual sum reads one input, and a fused kernel writes the scores.
 */
final class LlmViewerArithmetic implements Arithmetic {

  private static final int WIDEST_INTEGER_BITS = 8;

  private final Scenario scenario;
  private final ModelShape.Text text;
  private final boolean firstVersion;

  /** Everything runs at one rate: int8's where all three formats are that narrow. */
  private final Format rate;

  LlmViewerArithmetic(Scenario scenario) {
    this.scenario = scenario;
    text = scenario.shape().shape().text();
    firstVersion = scenario.mode() == CostMode.LLM_VIEWER_2024_03_11;
    Precision precision = scenario.precision();
    boolean narrow =
        precision.weights().bits() <= WIDEST_INTEGER_BITS
            && precision.activations().bits() <= WIDEST_INTEGER_BITS
            && precision.cache().bits() <= WIDEST_INTEGER_BITS;
    rate = narrow ? Format.INT8 : Format.FP16;
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
    List<Operator> operators = new ArrayList<>(layer(prompt.first(), prompt.first()));
    if (scenario.attention() == AttentionKernel.EAGER) {
      operators.add(scoresOfPrefill(prompt.first()));
    }
    return work(operators);
  }

  /** The new token is not among the keys it sees. */
  @Override
  public Work decodeToken(TokenSchedule prompt) {
    List<Operator> operators = new ArrayList<>(layer(1, prompt.first()));
    if (scenario.attention() == AttentionKernel.EAGER) {
      long keys = keyElements(prompt.first());
      operators.add(
          products(
              "qk_matmul",
              1,
              prompt.first(),
              new Traffic(
                  0, activations(queryElements(1)), scores(1, prompt.first()), cache(keys), 0)));
    }
    return work(operators);
  }

  private Work work(List<Operator> layer) {
    List<Operator> operators = new ArrayList<>(layer);
    operators.add(head());
    Pass pass = new Pass(operators);
    return new Work(pass.operations(), pass);
  }

  /** The first version reads keys for the queries too; later ones read grouped queries. */
  private Operator scoresOfPrefill(long tokens) {
    long keys = keyElements(tokens);
    long queriesLoaded = firstVersion ? 0 : activations(keys);
    long keysLoaded = firstVersion ? product(2, cache(keys)) : cache(keys);
    return products(
        "qk_matmul",
        tokens,
        tokens,
        new Traffic(0, queriesLoaded, scores(tokens, tokens), keysLoaded, 0));
  }

  /** One layer but for the scores, which the stages read differently. */
  private List<Operator> layer(long queries, long keys) {
    List<Operator> operators = new ArrayList<>(linear(text.layers(), queries));
    long scoreCount = product(scenario.batch(), text.heads(), queries, keys);
    long softmax = product(5, scoreCount);
    switch (scenario.attention()) {
      case EAGER -> {
        operators.add(
            products(
                "sv_matmul",
                queries,
                keys,
                new Traffic(
                    0,
                    scores(queries, keys),
                    activations(queryElements(queries)),
                    cache(keyElements(keys)),
                    0)));
        operators.add(elementwise("softmax", softmax, scoreCount, 1));
      }
      case FLASH -> operators.add(fused(queries, keys, softmax));
    }
    long elements = product(scenario.batch(), queries, text.width());
    operators.add(elementwise("attn_norm", product(7, elements), elements, 1));
    operators.add(elementwise("mlp_norm", product(7, elements), elements, 1));
    operators.add(elementwise("attn_add", elements, elements, 1));
    operators.add(elementwise("mlp_add", elements, elements, 1));
    operators.add(elementwise("mlp_act", product(2, elements), elements, 2));
    return operators;
  }

  private List<Operator> linear(long times, long queries) {
    long width = text.width();
    long keyWidth = width * text.kvHeads() / text.heads();
    long rows = product(scenario.batch(), queries);
    return List.of(
        linear(Matrix.of("q_proj", width, width, false), times, rows),
        linear(Matrix.cached("k_proj", width, keyWidth, false), times, rows),
        linear(Matrix.cached("v_proj", width, keyWidth, false), times, rows),
        linear(Matrix.of("out_proj", width, width, false), times, rows),
        linear(Matrix.of("gate_proj", width, text.mlp(), false), times, rows),
        linear(Matrix.of("up_proj", width, text.mlp(), false), times, rows),
        linear(Matrix.of("down_proj", text.mlp(), width, false), times, rows));
  }

  private Operator linear(Matrix matrix, long times, long rows) {
    return new Kernels(scenario.precision(), scenario.attention())
        .linear(matrix, times, rows)
        .in(rate);
  }

  private Operator fused(long queries, long keys, long softmax) {
    Hardware hardware = scenario.hardware();
    long onChip =
        hardware
            .onChipBytes()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Mode %s needs on_chip_bytes of hardware '%s' for flash attention, which states none; the llm-viewer/ entries do"
                            .formatted(scenario.mode().english(), hardware.name())));
    long rows = Math.min(ceilDiv(onChip, cache(headDim())), headDim());
    long blocks = ceilDiv(queries, rows);
    long reads = product(blocks, firstVersion ? 1 : 2);
    long reloaded = product(scenario.batch(), keys, text.heads(), headDim());
    return new Operator(
        "fused_attention",
        Operator.Kind.PRODUCT,
        text.layers(),
        sum(product(4, scenario.batch(), queries, keys, text.heads(), headDim()), softmax),
        new Traffic(
            0,
            activations(queryElements(queries)),
            product(2, scores(queries, keys)),
            product(reads, cache(reloaded)),
            0),
        rate);
  }

  private static long ceilDiv(long whole, long part) {
    return -Math.floorDiv(-whole, part);
  }

  private Operator products(String name, long queries, long keys, Traffic traffic) {
    return new Operator(
        name,
        Operator.Kind.PRODUCT,
        text.layers(),
        product(2, scenario.batch(), queries, keys, text.heads(), headDim()),
        traffic,
        rate);
  }

  private Operator elementwise(String name, long operations, long elements, int inputs) {
    long bytes = activations(elements);
    return new Operator(
        name,
        Operator.Kind.ELEMENTWISE,
        text.layers(),
        operations,
        new Traffic(0, product(inputs, bytes), bytes, 0, 0),
        rate);
  }

  private Operator head() {
    long weights = text.head().weights();
    return new Operator(
        "lm_head",
        Operator.Kind.WEIGHTS,
        1,
        product(scenario.batch(), weights),
        new Traffic(
            firstVersion ? weights : scenario.precision().weights().bytes(weights),
            activations(text.width()),
            activations(text.vocabulary()),
            0,
            0),
        rate);
  }

  @Override
  public List<Operator> matrices(int tokens) {
    return linear(1, tokens);
  }

  /** The layers' weights, neither embedding nor head; what one layer stores as activations. */
  @Override
  public Footprint footprint(TokenSchedule prompt) {
    List<Operator> layers =
        prefill(prompt).pass().operators().stream()
            .filter(operator -> !operator.name().equals("lm_head"))
            .toList();
    Traffic all = new Pass(layers).traffic();
    return new Footprint(all.weights(), all.cacheStored(), all.activationsStored() / text.layers());
  }

  private long headDim() {
    return text.width() / text.heads();
  }

  private long queryElements(long queries) {
    return product(scenario.batch(), queries, text.heads(), headDim());
  }

  private long keyElements(long keys) {
    return product(scenario.batch(), keys, text.kvHeads(), headDim());
  }

  /** Bytes of the scores. */
  private long scores(long queries, long keys) {
    return activations(product(scenario.batch(), text.heads(), queries, keys));
  }

  private long activations(long elements) {
    return scenario.precision().activations().bytes(elements);
  }

  private long cache(long elements) {
    return scenario.precision().cache().bytes(elements);
  }
}
