package io.prumerge.mini.scene;

import java.util.stream.Collectors;

/**
 * Decides a scene's split by its content: kind, background, objects with size and quarter, word,
 * bars. Two scenes that differ only in pixels (colour variation, texture, exact place) belong to
 * the same split, so the splits do not even share a description.
 */
final class SplitRule {

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  /** One description in this many belongs to the test split. */
  private static final int TEST_SHARE = 4;

  private SplitRule() {}

  static Split splitOf(Scene scene) {
    return splitOf(content(scene));
  }

  /** Returns the split of what this describes. */
  static Split splitOf(String content) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < content.length(); i++) {
      hash = (hash ^ content.charAt(i)) * FNV_PRIME;
    }
    return Long.remainderUnsigned(SceneRandom.mix(hash), TEST_SHARE) == 0
        ? Split.TEST
        : Split.TRAIN;
  }

  /** Returns a description in words; scenes with equal descriptions belong to the same split. */
  static String content(Scene scene) {
    String objects =
        scene.objects().stream()
            .map(
                object ->
                    String.join(
                        " ",
                        object.size().displayName(),
                        object.displayName(),
                        object.position().displayName()))
            .sorted()
            .collect(Collectors.joining(", "));
    String bars =
        scene.chart().stream()
            .flatMap(chart -> chart.bars().stream())
            .map(bar -> bar.colour().displayName() + " " + bar.units())
            .collect(Collectors.joining(", "));
    return String.join(
        "; ",
        scene.kind().displayName(),
        scene.backdrop().background().displayName(),
        objects,
        scene.word().map(PrintedWord::text).orElse(""),
        bars);
  }
}
