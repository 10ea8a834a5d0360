/**
 * Reads and checks checkpoint folders: configuration, weights, the cache of converted weights. It
 * uses no package but {@code architecture}.
 */
package io.prumerge.checkpoint;
