package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Visual tokens, over the questions whose tokens after are known and, of a server, those before.
 *
 * @param least the least {@code visual_tokens_after}
 * @param p05 its 5th percentile
 * @param p25 its first quartile
 * @param median its median
 * @param p75 its third quartile
 * @param p95 its 95th percentile
 * @param most the largest
 * @param layerMean mean of {@code visual_tokens_layer_mean} of {@code predictions}
 * @param reductionRatio sum of tokens before / sum after, where both are known
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
