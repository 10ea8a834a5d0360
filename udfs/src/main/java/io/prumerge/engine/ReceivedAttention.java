package io.prumerge.engine;

/**
 * Where the attention to patches is that of all patches: the mean over them and over the heads, of
 * the patches of a block where these make one row of the features.
 *
 * @param layer of the tower, from 1
 * @param layers all of the tower's
 */
public record ReceivedAttention(int layer, int layers) {}
