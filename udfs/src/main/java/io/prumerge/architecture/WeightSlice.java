package io.prumerge.architecture;

/**
 * Rows of a tensor that several weights share.
 *
 * @param first row, of each group
 * @param rows of the tensor
 * @param groups of equal size that the tensor's rows form, of each of which it has some
 */
public record WeightSlice(long first, long rows, int groups) {}
