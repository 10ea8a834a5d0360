package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Visual tokens.
 *
 * @param before any reduction
 * @param after that the language model receives; the others likewise, up to the most
 * @param layerMean in a decoder layer, mean over the layers
 * @param reductionRatio sum of those before over the sum of those after
 */
public record VisualTokens(
    @ColumnNames("visual_tokens_before_mean") OptionalDouble before,
    @ColumnNames("visual_tokens_after_mean") OptionalDouble after,
    @ColumnNames("visual_tokens_after_min") Optional<Integer> least,
    @ColumnNames("visual_tokens_after_p05") OptionalDouble p05,
    @ColumnNames("visual_tokens_after_p25") OptionalDouble p25,
    @ColumnNames("visual_tokens_after_p50") OptionalDouble median,
    @ColumnNames("visual_tokens_after_p75") OptionalDouble p75,
    @ColumnNames("visual_tokens_after_p95") OptionalDouble p95,
    @ColumnNames("visual_tokens_after_max") Optional<Integer> most,
    @AddedLater @ColumnNames("visual_tokens_layer_mean") OptionalDouble layerMean,
    OptionalDouble reductionRatio) {}
