package io.prumerge.mini.scene;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An endless, reproducible stream of scenes: scene i depends only on the seed, the split and i, so
 * that any machine can generate any part of it.
 *
 * <p>The splits share no scene, whatever the seeds: a hash of a scene's content ({@link SplitRule})
 * decides its split, and scenes of the other split are drawn again. Seed and split also start
 * different random streams.
 */
public final class SceneGenerator {

  /** Percent of the scenes by {@link SceneKind}. */
  private static final int[] KINDS = {50, 33, 17};

  /** Percent of the scenes of objects that have 1, 2, 3 and 4 objects. */
  private static final int[] COUNTS = {15, 30, 30, 25};

  /** The most foreground patches of a scene: less than a quarter of the picture. */
  static final int MOST_FOREGROUND = Scene.GRID * Scene.GRID / 4 - 1;

  private static final int MOST_WORD_OBJECTS = 2;

  private final long seed;
  private final Split split;

  /** The stream of this seed and split. Any seed is allowed. */
  public SceneGenerator(long seed, Split split) {
    this.seed = seed;
    this.split = split;
  }

  /**
   * The scene with this number.
   *
   * @param index from 0
   */
  public Scene scene(int index) {
    if (index < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Scene %d; numbers start at 0", index));
    }
    long stream = SceneRandom.mix(SceneRandom.mix(seed) + split.ordinal());
    SceneRandom random = new SceneRandom(SceneRandom.mix(stream + index));
    Optional<Scene> scene = Optional.empty();
    while (scene.filter(this::belongs).isEmpty()) {
      scene = draw(index, random);
    }
    return scene.get();
  }

  private boolean belongs(Scene scene) {
    return SplitRule.splitOf(scene) == split
        && PatchLabels.of(scene).foreground() <= MOST_FOREGROUND;
  }

  /** Draws a scene; empty if an object had no room. */
  private Optional<Scene> draw(int index, SceneRandom random) {
    SceneKind kind = SceneKind.values()[random.weighted(KINDS)];
    Backdrop backdrop = backdrop(random);
    Optional<PrintedWord> word =
        kind == SceneKind.WORD ? Optional.of(Words.draw(random)) : Optional.empty();
    Optional<Chart> chart =
        kind == SceneKind.CHART ? Optional.of(Charts.draw(random)) : Optional.empty();
    return objects(kind, word, random)
        .map(objects -> new Scene(split, seed, index, kind, backdrop, objects, word, chart));
  }

  private static Optional<List<SceneObject>> objects(
      SceneKind kind, Optional<PrintedWord> word, SceneRandom random) {
    int count =
        switch (kind) {
          case OBJECTS -> 1 + random.weighted(COUNTS);
          case WORD -> random.between(1, MOST_WORD_OBJECTS);
          case CHART -> 0;
        };
    return Placement.place(ObjectPrior.shapes(count, random), word, random);
  }

  private static Backdrop backdrop(SceneRandom random) {
    Background background = random.pick(Arrays.asList(Background.values()));
    int brightness = random.between(-5, 5);
    int tint = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int channel = SceneColours.of(background) >> shift & 255;
      tint |= channel + brightness + random.between(-3, 3) << shift;
    }
    return new Backdrop(
        background, tint, random.pick(Arrays.asList(Texture.values())), random.next());
  }
}
