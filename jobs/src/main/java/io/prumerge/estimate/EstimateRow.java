package io.prumerge.estimate;

import io.prumerge.lang.Optionals;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A row of {@code estimate --json}; all counts are of the whole batch. Null means that the mode
 * does not count the value, or that there is none.
 *
 * @param visualTokensBefore visual tokens from the tower
 * @param visualTokens visual tokens that enter the decoder
 * @param visualTokensMean mean over the decoder's layers
 * @param schedule visual tokens by layer if they differ
 * @param peakFormat format in which the decoder's matrices are multiplied
 * @param flopsFirstToken from the image to the first token
 * @param bytesWeights footprint of the weights
 * @param bytesKvCache footprint of the prompt's keys and values
 * @param bytesFootprint weights, cache and the largest activations
 * @param bytesMemory memory of the hardware
 * @param bytesTraffic bytes moved by the prefill: weights, activations loaded and stored, keys and
 *     values
 * @param bytesActivations activations stored by the prefill, part of the traffic
 * @param memoryBound by stage, the operators whose traffic takes longer than their arithmetic
 * @param memoryBoundVisualTokens most visual tokens with which every matrix of the decoder's layers
 *     takes no longer than reading its weights; null if that holds for any number
 * @param floorPrefillMs time of the prefill without visual tokens
 * @param published the paper's figures for this row
 */
public record EstimateRow(
    String shape,
    int visualTokensBefore,
    int visualTokens,
    double visualTokensMean,
    String schedule,
    int textTokens,
    int batch,
    String hardware,
    String precision,
    String attention,
    String mode,
    String peakFormat,
    double peakOperationsPerS,
    double bandwidthBytesPerS,
    Long flopsVision,
    Long flopsReduction,
    Long flopsProjector,
    long flopsPrefill,
    long flopsDecodeToken,
    long flopsFirstToken,
    Double visionMs,
    Double reductionMs,
    Double projectorMs,
    double prefillMs,
    double decodeTokenMs,
    double firstTokenMs,
    long bytesWeights,
    long bytesKvCache,
    long bytesFootprintActivations,
    long bytesFootprint,
    Long bytesMemory,
    long bytesTraffic,
    long bytesTrafficWeights,
    long bytesTrafficKv,
    long bytesActivationsLoaded,
    long bytesActivations,
    long bytesTrafficDecodeToken,
    Map<String, List<String>> memoryBound,
    Integer memoryBoundVisualTokens,
    double floorPrefillMs,
    PublishedEstimate published) {

  private static final double MILLI = 1e-3;

  public static EstimateRow of(Estimate estimate, PublishedTable published) {
    Scenario scenario = estimate.scenario();
    Traffic traffic = estimate.prefill().traffic();
    OptionalInt threshold = estimate.floor().visualTokens();
    int visualTokensBefore = scenario.shape().visualTokens();
    return new EstimateRow(
        scenario.shape().name(),
        visualTokensBefore,
        scenario.prompt().visualTokens().first(),
        scenario.prompt().visualTokens().mean(scenario.shape().shape().decoder().layers()),
        scenario.prompt().visualTokens().isConstant()
            ? null
            : scenario.prompt().visualTokens().toString(),
        scenario.prompt().textTokens(),
        scenario.batch(),
        scenario.hardware().name(),
        scenario.precision().name(),
        scenario.attention().displayName(),
        scenario.mode().displayName(),
        estimate.format().displayName(),
        scenario.hardware().roofline(estimate.format()).operationsPerSecond(),
        scenario.hardware().bytesPerSecond(),
        flops(estimate.image().vision()),
        flops(estimate.image().reduction()),
        flops(estimate.image().projector()),
        estimate.prefill().flops(),
        estimate.decodeToken().flops(),
        estimate.firstTokenFlops(),
        millis(estimate.image().vision()),
        millis(estimate.image().reduction()),
        millis(estimate.image().projector()),
        estimate.prefill().seconds() / MILLI,
        estimate.decodeToken().seconds() / MILLI,
        estimate.firstTokenSeconds() / MILLI,
        estimate.footprint().weights(),
        estimate.footprint().cache(),
        estimate.footprint().activations(),
        estimate.footprint().total(),
        Optionals.orNull(scenario.hardware().memoryBytes()),
        traffic.total(),
        traffic.weights(),
        traffic.cacheLoaded() + traffic.cacheStored(),
        traffic.activationsLoaded(),
        traffic.activationsStored(),
        estimate.decodeToken().traffic().total(),
        memoryBound(estimate),
        Optionals.orNull(threshold),
        estimate.floor().seconds() / MILLI,
        published
            .row(scenario)
            .map(row -> PublishedEstimate.of(row, published.source()))
            .orElse(null));
  }

  /** Returns the visual tokens as text: their number, or by layer if they differ. */
  String tokens() {
    return schedule == null ? Integer.toString(visualTokens) : schedule;
  }

  private static Long flops(Optional<StageEstimate> stage) {
    return stage.map(StageEstimate::flops).orElse(null);
  }

  private static Double millis(Optional<StageEstimate> stage) {
    return stage.map(counted -> counted.seconds() / MILLI).orElse(null);
  }

  private static Map<String, List<String>> memoryBound(Estimate estimate) {
    Map<String, List<String>> operators = new LinkedHashMap<>();
    estimate.image().vision().ifPresent(stage -> operators.put("vision", stage.memoryBound()));
    estimate
        .image()
        .reduction()
        .ifPresent(stage -> operators.put("reduction", stage.memoryBound()));
    estimate
        .image()
        .projector()
        .ifPresent(stage -> operators.put("projector", stage.memoryBound()));
    operators.put("prefill", estimate.prefill().memoryBound());
    operators.put("decode_token", estimate.decodeToken().memoryBound());
    return operators;
  }
}
