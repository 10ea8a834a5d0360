package io.prumerge.mini.scene;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
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
        set(PatchLabel.COLOUR, patch, bar.colour().code());
      }
    }
  }

  private void describe(int patch, int index, SceneObject object) {
    set(PatchLabel.OBJECT, patch, index);
    set(PatchLabel.SHAPE, patch, object.shape().code());
    set(PatchLabel.COLOUR, patch, object.colour().code());
    set(PatchLabel.SIZE, patch, object.size().code());
  }

  private static int centre(Box box) {
    int row = (box.top() + box.bottom()) / (2 * Scene.PATCH);
    return row * Scene.GRID + (box.left() + box.right()) / (2 * Scene.PATCH);
  }

  private void set(PatchLabel label, int patch, int value) {
    values.get(label)[patch] = value;
  }
}
