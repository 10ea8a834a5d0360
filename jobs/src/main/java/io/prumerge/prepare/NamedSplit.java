package io.prumerge.prepare;

import java.io.Serializable;

/**
 * Benchmark and split of a table.
 *
 * @param sized whether the benchmark needs the images' sizes
 * @param turned whether its pictures are turned upright
 */
record NamedSplit(String benchmark, String split, boolean sized, boolean turned)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
