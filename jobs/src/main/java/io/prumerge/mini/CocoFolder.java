package io.prumerge.mini;

import io.prumerge.mini.scene.Split;

/** Names of COCO's image folders. */
final class CocoFolder {

  private CocoFolder() {}

  /**
   * Returns the folder of a split. Test questions with public answers are about COCO's validation
   * images.
   */
  static String of(Split split) {
    return switch (split) {
      case TRAIN -> "train2014";
      case TEST -> "val2014";
    };
  }
}
