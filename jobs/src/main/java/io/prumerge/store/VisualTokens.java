package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.RecordColumns.Named;
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
    @Named("visual_tokens_before_mean") OptionalDouble before,
    @Named("visual_tokens_after_mean") OptionalDouble after,
    @Named("visual_tokens_after_min") Optional<Integer> least,
    @Named("visual_tokens_after_p05") OptionalDouble p05,
    @Named("visual_tokens_after_p25") OptionalDouble p25,
    @Named("visual_tokens_after_p50") OptionalDouble median,
    @Named("visual_tokens_after_p75") OptionalDouble p75,
    @Named("visual_tokens_after_p95") OptionalDouble p95,
    @Named("visual_tokens_after_max") Optional<Integer> most,
    @AddedLater @Named("visual_tokens_layer_mean") OptionalDouble layerMean,
    OptionalDouble reductionRatio) {}
