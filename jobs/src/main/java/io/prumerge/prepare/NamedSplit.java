package io.prumerge.prepare;

import java.io.Serializable;

/**
 * Benchmark and split of a table.
 *
 * @param sized whether the benchmark needs the images' sizes
 * @param turned whether its pictures are turned upright
 * @param headersOnly whether the table keeps of pictures that can be used only their sizes
 */
record NamedSplit(
    String benchmark, String split, boolean sized, boolean turned, boolean headersOnly)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
