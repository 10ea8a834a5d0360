package io.prumerge.mini;

/** COCO's names of its image folders. */
final class CocoFolder {

  private CocoFolder() {}

  /** Test questions with public answers are asked about COCO's validation images. */
  static String of(Split split) {
    return switch (split) {
      case TRAIN -> "train2014";
      case TEST -> "val2014";
    };
  }
}
