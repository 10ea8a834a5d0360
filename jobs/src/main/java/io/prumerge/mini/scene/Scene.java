package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The complete description of one picture; {@link ScenePainter} paints it.
 *
 * @param index the scene's number in the stream of (seed, split), from 0
 * @param objects in reading order of their quarters; empty for charts
 * @param word present only in scenes of {@link SceneKind#WORD}
 * @param chart present only in scenes of {@link SceneKind#CHART}
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
    objects = List.copyOf(objects);
    if (word.isPresent() != (kind == SceneKind.WORD)
        || chart.isPresent() != (kind == SceneKind.CHART)
        || objects.isEmpty() != (kind == SceneKind.CHART)) {
      throw new IllegalArgumentException(
          Text.format(
              "%d objects, word %s, chart %s do not make a scene of kind %s",
              objects.size(), word, chart, kind.displayName()));
    }
  }

  /** Returns a name for files, unique among all scenes: {@code test-7-000042}. */
  public String id() {
    return Text.format("%s-%d-%06d", split.displayName(), seed, index);
  }

  /**
   * Returns the answer to "Describe the image.": {@code red circle top left, blue star bottom
   * right, word STOP}, or {@code chart with red 3, blue 5, green 1}.
   */
  public String caption() {
    return Captions.of(this);
  }

  /** Writes the caption of a scene. */
  private static final class Captions {

    private Captions() {}

    static String of(Scene scene) {
      Stream<String> objects =
          scene.objects().stream()
              .map(object -> object.displayName() + " " + object.position().displayName());
      Stream<String> word = scene.word().stream().map(printed -> "word " + printed.text());
      Stream<String> chart = scene.chart().stream().map(drawn -> chart(drawn.bars()));
      return Stream.of(objects, word, chart)
          .flatMap(part -> part)
          .collect(Collectors.joining(", "));
    }

    private static String chart(List<Bar> bars) {
      return bars.stream()
          .map(bar -> bar.colour().displayName() + " " + bar.units())
          .collect(Collectors.joining(", ", "chart with ", ""));
    }
  }
}
