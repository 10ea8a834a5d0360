package io.prumerge.reduction;

/**
 * A method's own order of an image's tokens.
 *
 * @param rows the tokens of all views, numbered one view after the other, or {@link Tiles#LEARNED}
 * @param learned for each learned row among them, in turn, its place in {@link Tiles#sequence}
 */
public record RowOrder(int[] rows, int[] learned) {}
