/**
 * Reads and checks checkpoint folders: configuration, weights, the cache of converted weights. It
 * uses no packages but {@code architecture} and {@code host}.
 */
package io.prumerge.checkpoint;
