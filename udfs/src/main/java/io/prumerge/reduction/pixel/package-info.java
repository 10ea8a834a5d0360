/**
 * Methods that choose an image's tokens by its pixels, before the vision tower runs. Each is read
 * from its authors' code. It may use {@code reduction}.
 */
package io.prumerge.reduction.pixel;
