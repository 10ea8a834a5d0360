package io.prumerge.architecture;

import java.util.function.Function;

/**
 * What is made of each kind of connector: a new kind is to be answered for here.
 *
 * @param <T> what it is
 */
public record ConnectorCases<T>(
    Function<RowConnector, T> rows,
    Function<QFormer, T> queries,
    Function<Resampler, T> resampler,
    Function<PerceiverResampler, T> latents) {}
