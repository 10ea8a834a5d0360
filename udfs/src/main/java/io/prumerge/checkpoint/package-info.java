/**
 * Reads and checks checkpoint folders: configuration, weights, the cache of converted weights. It
 * uses no other package.
 */
package io.prumerge.checkpoint;
