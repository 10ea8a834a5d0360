package io.prumerge.finetune;

import org.apache.hadoop.fs.Path;

/**
 * An adapter that is to be trained.
 *
 * @param output its folder
 */
public record NewAdapter(Recipe recipe, String output) {

  /** Returns the last part of the folder's path. */
  String name() {
    return new Path(output).getName();
  }
}
