package io.prumerge.mini;

import java.util.stream.Collectors;

/**
 * Decides to which split a scene belongs by what is in it: kind, background, objects with size and
 * quarter, word, bars. Two scenes that differ only in pixels (jitter, texture, exact place) belong
 * to the same split, so not even a description is shared.
 */
final class SplitRule {

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  /** One description in so many is a test scene. */
  private static final int TEST_SHARE = 4;

  private SplitRule() {}

  static Split splitOf(Scene scene) {
    long hash = FNV_OFFSET;
    String content = content(scene);
    for (int i = 0; i < content.length(); i++) {
      hash = (hash ^ content.charAt(i)) * FNV_PRIME;
    }
    return Long.remainderUnsigned(SceneRandom.mix(hash), TEST_SHARE) == 0
        ? Split.TEST
        : Split.TRAIN;
  }

  /** What two scenes have in common when nobody could tell them apart in words. */
  static String content(Scene scene) {
    String objects =
        scene.objects().stream()
            .map(
                object ->
                    String.join(
                        " ",
                        object.size().english(),
                        object.english(),
                        object.position().english()))
            .sorted()
            .collect(Collectors.joining(", "));
    String bars =
        scene.chart().stream()
            .flatMap(chart -> chart.bars().stream())
            .map(bar -> bar.colour().english() + " " + bar.units())
            .collect(Collectors.joining(", "));
    return String.join(
        "; ",
        scene.kind().english(),
        scene.backdrop().background().english(),
        objects,
        scene.word().map(PrintedWord::text).orElse(""),
        bars);
  }
}
