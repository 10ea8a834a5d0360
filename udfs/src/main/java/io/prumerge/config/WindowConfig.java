package io.prumerge.config;

import java.util.List;

/**
 * Windows of a tower's attention.
 *
 * @param side blocks of 2 x 2 patches along it
 * @param full layers from 0 that attend to the whole view instead
 */
public record WindowConfig(int side, List<Integer> full) {

  public WindowConfig {
    Require.positive("vision window_size in blocks of patches", side);
    full = List.copyOf(full);
  }
}
