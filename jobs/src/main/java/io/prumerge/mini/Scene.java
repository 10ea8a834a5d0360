package io.prumerge.mini;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything there is to know about one picture; {@link ScenePainter} paints it.
 *
 * @param index its number in the stream of (seed, split), from 0
 * @param objects in reading order of their quarters; empty for charts
 * @param word of {@link SceneKind#WORD} alone
 * @param chart of {@link SceneKind#CHART} alone
 */
public record Scene(
    Split split,
    long seed,
    int index,
    SceneKind kind,
    Backdrop backdrop,
    List<SceneObject> objects,
    Optional<PrintedWord> word,
    Optional<Chart> chart) {

  /** Height and width of the picture, in pixels. */
  public static final int SIDE = 168;

  /** Height and width of a patch, in pixels. */
  public static final int PATCH = 14;

  /** Patches in a row and in a column. */
  public static final int GRID = SIDE / PATCH;

  public Scene {
    Objects.requireNonNull(split, "split is null");
    Objects.requireNonNull(backdrop, "backdrop is null");
    objects = List.copyOf(objects);
    if (word.isPresent() != (kind == SceneKind.WORD)
        || chart.isPresent() != (kind == SceneKind.CHART)
        || objects.isEmpty() != (kind == SceneKind.CHART)) {
      throw new IllegalArgumentException(
          "%d objects, word %s, chart %s do not make a scene of kind %s"
              .formatted(objects.size(), word, chart, kind.english()));
    }
  }

  /** A name for files, unique among all scenes: {@code test-7-000042}. */
  public String id() {
    return String.format(Locale.ROOT, "%s-%d-%06d", split.english(), seed, index);
  }

  /**
   * The answer to "Describe the image.": {@code red circle top left, blue star bottom right, word
   * STOP}, or {@code chart with red 3, blue 5, green 1}.
   */
  public String caption() {
    return Captions.of(this);
  }
}
