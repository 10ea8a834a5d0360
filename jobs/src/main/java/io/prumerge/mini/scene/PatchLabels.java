package io.prumerge.mini.scene;

import io.prumerge.mini.scene.Chart.Bar;
import io.prumerge.mini.scene.Layer.Mask;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The labels of a scene's patches, in raster order: patch p lies in row p / {@link Scene#GRID} and
 * column p % {@link Scene#GRID}. A patch is foreground if one element covers at least {@value
 * #LEAST_COVERAGE} percent of it. Its labels are those of the element that covers it most.
 */
final class PatchLabels {

  /** Percent. */
  static final int LEAST_COVERAGE = 8;

  private static final int PATCHES = Scene.GRID * Scene.GRID;
  private static final int NOTHING = -1;

  private final Map<PatchLabel, int[]> values = new EnumMap<>(PatchLabel.class);
  private final int[] layers = new int[PATCHES];
  private final int foreground;

  private PatchLabels(Scene scene) {
    for (PatchLabel label : PatchLabel.values()) {
      int[] patches = new int[PATCHES];
      boolean applies = label == PatchLabel.COVERAGE || label == PatchLabel.CENTRE;
      Arrays.fill(patches, applies ? 0 : NOTHING);
      values.put(label, patches);
    }
    cover(Layer.of(scene));
    foreground = (int) Arrays.stream(layers).filter(layer -> layer != NOTHING).count();
    describe(scene);
  }

  /** Returns the labels of a scene. */
  static PatchLabels of(Scene scene) {
    return new PatchLabels(scene);
  }

  /** Returns one value per patch. */
  int[] values(PatchLabel label) {
    return values.get(label).clone();
  }

  /** Returns the number of foreground patches. */
  int foreground() {
    return foreground;
  }

  /** Returns whether that patch is foreground. */
  boolean foreground(int patch) {
    return layers[patch] != NOTHING;
  }

  private void cover(List<Layer> painted) {
    int[] most = new int[PATCHES];
    Arrays.fill(layers, NOTHING);
    for (int i = 0; i < painted.size(); i++) {
      int[] covered = covered(painted.get(i));
      for (int patch = 0; patch < PATCHES; patch++) {
        int percent = covered[patch] * 100 / (Mask.FULL * Scene.PATCH * Scene.PATCH);
        if (percent >= LEAST_COVERAGE && covered[patch] > most[patch]) {
          most[patch] = covered[patch];
          layers[patch] = i;
          set(PatchLabel.COVERAGE, patch, percent);
        }
      }
    }
  }

  private static int[] covered(Layer layer) {
    int[] covered = new int[PATCHES];
    Box box = layer.box();
    for (int y = 0; y < box.height(); y++) {
      int row = (box.top() + y) / Scene.PATCH * Scene.GRID;
      for (int x = 0; x < box.width(); x++) {
        covered[row + (box.left() + x) / Scene.PATCH] += layer.mask().at(x, y);
      }
    }
    return covered;
  }

  private void describe(Scene scene) {
    for (SceneObject object : scene.objects()) {
      set(PatchLabel.CENTRE, centre(object.box()), 1);
    }
    for (int patch = 0; patch < PATCHES; patch++) {
      int layer = layers[patch];
      if (layer == NOTHING) {
        continue;
      }
      if (layer < scene.objects().size()) {
        describe(patch, layer, scene.objects().get(layer));
      } else if (scene.word().isPresent()) {
        int index = layer - scene.objects().size();
        set(PatchLabel.CHARACTER_INDEX, patch, index);
        char character = scene.word().get().text().charAt(index);
        set(PatchLabel.CHARACTER, patch, GlyphMasks.number(character));
      } else {
        Bar bar = scene.chart().orElseThrow().bars().get(layer);
        set(PatchLabel.BAR, patch, layer);
        set(PatchLabel.BAR_HEIGHT, patch, bar.units());
        set(PatchLabel.COLOUR, patch, bar.colour().ordinal());
      }
    }
  }

  private void describe(int patch, int index, SceneObject object) {
    set(PatchLabel.OBJECT, patch, index);
    set(PatchLabel.SHAPE, patch, object.shape().ordinal());
    set(PatchLabel.COLOUR, patch, object.colour().ordinal());
    set(PatchLabel.SIZE, patch, object.size().ordinal());
  }

  private static int centre(Box box) {
    int row = (box.top() + box.bottom()) / (2 * Scene.PATCH);
    return row * Scene.GRID + (box.left() + box.right()) / (2 * Scene.PATCH);
  }

  private void set(PatchLabel label, int patch, int value) {
    values.get(label)[patch] = value;
  }

  /**
   * A label of a patch. By default the value is -1 if the patch is background or the label does not
   * apply to what it shows.
   */
  enum PatchLabel {
    /** Percent of the patch that the element on it covers, rounded down; 0 to 100. */
    COVERAGE,
    /** Index of the scene's object. */
    OBJECT,
    /** Ordinal of the object's {@link Shape}. */
    SHAPE,
    /** Ordinal of the object's or bar's {@link Colour}. */
    COLOUR,
    /** Ordinal of the object's {@link SceneObject.Size}. */
    SIZE,
    /**
     * 1 if the patch holds the middle of an object, otherwise 0. The middle of a large ring may lie
     * in a patch of background.
     */
    CENTRE,
    /** Number of the character: 0 to 25 for A to Z, 26 to 35 for 0 to 9. */
    CHARACTER,
    /** The character's place in its word, from 0. */
    CHARACTER_INDEX,
    /** Index of the chart's bar. */
    BAR,
    /** Units of the bar that the patch belongs to. */
    BAR_HEIGHT;

    /** Returns the name in tables. */
    String displayName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
