/**
 * Methods that choose an image's tokens by what the vision tower and the connector show of it,
 * without the question. Each is read from its authors' code. It may use {@code reduction}.
 */
package io.prumerge.reduction.tower;
