/**
 * Methods that choose among the tokens of a whole video, by what its views show of each other after
 * the connector. Each is read from its authors' code, or written from their paper's rule. It may
 * use {@code reduction} and {@code reduction.tower}.
 */
package io.prumerge.reduction.video;
