package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.Matrix;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.lang.Text;
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
  public Optional<StageWork> vision() {
    return Optional.empty();
  }

  @Override
  public Optional<StageWork> reduction() {
    return Optional.empty();
  }

  @Override
  public Optional<StageWork> projector() {
    return Optional.empty();
  }

  @Override
  public StageWork prefill(TokenSchedule prompt) {
    return work(layersOfPrefill(prompt.first()));
  }

  /** The new token does not attend to itself. */
  @Override
  public StageWork decodeToken(TokenSchedule prompt) {
    long cached = operators.keyBytes(prompt.first());
    return work(
        layers(
            1,
            prompt.first(),
            operators.scores(1, prompt.first(), operators.queryBytes(1), cached)));
  }

  private StageWork work(List<Operator> layers) {
    List<Operator> all = new ArrayList<>(layers);
    all.add(head());
    Pass pass = new Pass(all);
    return new StageWork(pass.operations(), pass);
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

  /** Returns the layers' operators; {@code scores} is used if scores go through memory. */
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

  /**
   * Operators as hahnyuan/LLM-Viewer counts them (model_analyzer.py and configs/Llama.py), its
   * simplifications included.
   *
   * @param scenario the estimated scenario
   * @param rate format whose rate all operators have: int8 if weights, activations and cache have
   *     at most 8 bits, else fp16
   */
  private record LlmViewerOperators(Scenario scenario, Format rate) {

    private static final int NARROW_BITS = 8;
    private static final int NORM = 7;
    private static final int SOFTMAX = 5;
    private static final int GATE = 2;

    static LlmViewerOperators of(Scenario scenario) {
      if (!scenario.shape().shape().decoder().weights().gated()) {
        throw new IllegalArgumentException(
            Text.format(
                "Mode %s counts the seven matrices of Llama, which the decoder of '%s' does not"
                    + " have; use mode %s",
                scenario.mode().displayName(),
                scenario.shape().name(),
                CostMode.ACCURATE.displayName()));
      }
      PrecisionScheme precision = scenario.precision();
      boolean narrow =
          precision.weights().bits() <= NARROW_BITS
              && precision.activations().bits() <= NARROW_BITS
              && precision.cache().bits() <= NARROW_BITS;
      return new LlmViewerOperators(scenario, narrow ? Format.INT8 : Format.FP16);
    }

    private DecoderShape decoder() {
      return scenario.shape().shape().decoder();
    }

    /** Returns the seven matrices; the width of a head is always hidden size over heads. */
    List<Operator> matrices(long times, long queries) {
      long width = decoder().width();
      long keyWidth = product(width, decoder().kvHeads()) / decoder().heads();
      long mlp = decoder().mlp();
      long rows = product(scenario.batch(), queries);
      Kernels kernels = new Kernels(scenario.precision(), scenario.attention());
      return List.of(
              Matrix.of("q_proj", width, width, false),
              Matrix.cached("k_proj", width, keyWidth, false),
              Matrix.cached("v_proj", width, keyWidth, false),
              Matrix.of("out_proj", width, width, false),
              Matrix.of("gate_proj", width, mlp, false),
              Matrix.of("up_proj", width, mlp, false),
              Matrix.of("down_proj", mlp, width, false))
          .stream()
          .map(matrix -> kernels.linear(matrix, times, rows).in(rate))
          .toList();
    }

    /**
     * Scores.
     *
     * @param loaded bytes of the queries
     * @param cacheLoaded bytes of the keys
     */
    Operator scores(long queries, long keys, long loaded, long cacheLoaded) {
      return products(
          "qk_matmul",
          queries,
          keys,
          new Traffic(0, loaded, scoreBytes(queries, keys), cacheLoaded, 0));
    }

    /** Returns the weighted sum of the values, and the softmax before it. */
    List<Operator> values(long queries, long keys) {
      return List.of(
          elementwise("softmax", SOFTMAX, scoreCount(queries, keys), 1),
          products(
              "sv_matmul",
              queries,
              keys,
              new Traffic(0, scoreBytes(queries, keys), queryBytes(queries), keyBytes(keys), 0)));
    }

    private Operator products(String name, long queries, long keys, Traffic traffic) {
      return new Operator(
          name,
          OperatorKind.PRODUCT,
          decoder().layers(),
          product(2, scoreCount(queries, keys), headDim()),
          traffic,
          rate);
    }

    /**
     * Returns a fused kernel. It counts two writes of the scores, although it should count one
     * write of the result.
     *
     * @param reads how often a block of queries reads a key or value
     */
    Operator fused(long queries, long keys, int reads) {
      long rows = Math.min(ceilDiv(onChipBytes(), cache(headDim())), headDim());
      long keyElements = product(scenario.batch(), keys, decoder().heads(), headDim());
      long scores = scoreCount(queries, keys);
      return new Operator(
          "fused_attention",
          OperatorKind.PRODUCT,
          decoder().layers(),
          sum(product(4, scores, headDim()), product(SOFTMAX, scores)),
          new Traffic(
              0,
              queryBytes(queries),
              product(2, activations(scores)),
              product(ceilDiv(queries, rows), reads, cache(keyElements)),
              0),
          rate);
    }

    private long onChipBytes() {
      Hardware hardware = scenario.hardware();
      return hardware
          .onChipBytes()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      Text.format(
                          "Mode %s needs on_chip_bytes of hardware '%s' for flash attention, which"
                              + " states none; the llm-viewer/ entries do",
                          scenario.mode().displayName(), hardware.name())));
    }

    private static long ceilDiv(long whole, long part) {
      return -Math.floorDiv(-whole, part);
    }

    /** Norms, sums that read one input, and an activation of the model's width. */
    List<Operator> elementwise(long queries) {
      long elements = product(scenario.batch(), queries, decoder().width());
      return List.of(
          elementwise("attn_norm", NORM, elements, 1),
          elementwise("mlp_norm", NORM, elements, 1),
          elementwise("attn_add", 1, elements, 1),
          elementwise("mlp_add", 1, elements, 1),
          elementwise("mlp_act", GATE, elements, 2));
    }

    private Operator elementwise(String name, int operations, long elements, int inputs) {
      long bytes = activations(elements);
      return new Operator(
          name,
          OperatorKind.ELEMENTWISE,
          decoder().layers(),
          product(operations, elements),
          new Traffic(0, product(inputs, bytes), bytes, 0, 0),
          rate);
    }

    /**
     * Returns one operation per weight, for one row whatever the batch.
     *
     * @param weights bytes of the weights
     */
    Operator head(long weights) {
      return new Operator(
          decoder().head().name(),
          OperatorKind.WEIGHTS,
          1,
          product(scenario.batch(), decoder().head().weights()),
          new Traffic(
              weights, activations(decoder().width()), activations(decoder().vocabulary()), 0, 0),
          rate);
    }

    private long headDim() {
      return decoder().width() / decoder().heads();
    }

    private long scoreCount(long queries, long keys) {
      return product(scenario.batch(), decoder().heads(), queries, keys);
    }

    private long scoreBytes(long queries, long keys) {
      return activations(scoreCount(queries, keys));
    }

    /** Returns the bytes of the queries as activations. */
    long queryBytes(long queries) {
      return activations(product(scenario.batch(), queries, decoder().heads(), headDim()));
    }

    /** Returns the elements of the keys, and of the values. */
    long keyElements(long keys) {
      return product(scenario.batch(), keys, decoder().kvHeads(), headDim());
    }

    /** Returns the bytes of the keys, and of the values, in the cache. */
    long keyBytes(long keys) {
      return cache(keyElements(keys));
    }

    long activations(long elements) {
      return scenario.precision().activations().bytes(elements);
    }

    private long cache(long elements) {
      return scenario.precision().cache().bytes(elements);
    }
  }
}
