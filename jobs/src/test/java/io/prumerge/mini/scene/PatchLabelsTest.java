package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PatchLabelsTest {

  @Test
  void aSquareCoversItsPatches() {
    SceneObject square = Scenes.object(Shape.SQUARE, Colour.GREEN, 14, 14, 36);
    PatchLabels labels = PatchLabels.of(Scenes.of(square));

    assertThat(labels.foreground()).isEqualTo(9);
    for (int patch = 0; patch < 144; patch++) {
      int row = patch / 12;
      int column = patch % 12;
      boolean covered = row >= 1 && row <= 3 && column >= 1 && column <= 3;
      assertThat(labels.foreground(patch)).isEqualTo(covered);
      assertThat(labels.values(PatchLabel.OBJECT)[patch]).isEqualTo(covered ? 0 : -1);
      assertThat(labels.values(PatchLabel.SHAPE)[patch]).isEqualTo(covered ? 1 : -1);
      assertThat(labels.values(PatchLabel.COLOUR)[patch]).isEqualTo(covered ? 3 : -1);
      assertThat(labels.values(PatchLabel.SIZE)[patch]).isEqualTo(covered ? 1 : -1);
      assertThat(labels.values(PatchLabel.CHARACTER)[patch]).isEqualTo(-1);
      assertThat(labels.values(PatchLabel.BAR)[patch]).isEqualTo(-1);
      assertThat(labels.values(PatchLabel.CENTRE)[patch])
          .isEqualTo(row == 2 && column == 2 ? 1 : 0);
    }
    assertThat(labels.values(PatchLabel.COVERAGE)[2 * 12 + 2]).isEqualTo(100);
    assertThat(labels.values(PatchLabel.COVERAGE)[0]).isZero();
  }

  @Test
  void aWordHasOneCharacterPerPatch() {
    SceneObject object = Scenes.object(Shape.RING, Colour.RED, 20, 20, 20);
    PatchLabels labels = PatchLabels.of(Scenes.of(object, "A9Z", 71, 141));

    int[] characters = labels.values(PatchLabel.CHARACTER);
    int[] places = labels.values(PatchLabel.CHARACTER_INDEX);
    assertThat(Arrays.copyOfRange(characters, 124, 130)).containsExactly(-1, 0, 35, 25, -1, -1);
    assertThat(Arrays.copyOfRange(places, 124, 130)).containsExactly(-1, 0, 1, 2, -1, -1);
    assertThat(Arrays.stream(characters).filter(value -> value >= 0).count()).isEqualTo(3);
    assertThat(labels.values(PatchLabel.SHAPE)[125]).isEqualTo(-1);
  }

  @Test
  void aBarCoversItsUnits() {
    PatchLabels labels =
        PatchLabels.of(
            Scenes.of(Scenes.bar(Colour.BLUE, 2, 3, 9), Scenes.bar(Colour.BLACK, 5, 5, 9)));

    assertThat(labels.foreground()).isEqualTo(7);
    for (int row = 7; row < 9; row++) {
      assertThat(labels.values(PatchLabel.BAR)[row * 12 + 3]).isZero();
      assertThat(labels.values(PatchLabel.BAR_HEIGHT)[row * 12 + 3]).isEqualTo(2);
      assertThat(labels.values(PatchLabel.COLOUR)[row * 12 + 3]).isEqualTo(4);
      assertThat(labels.values(PatchLabel.OBJECT)[row * 12 + 3]).isEqualTo(-1);
    }
    assertThat(labels.values(PatchLabel.BAR_HEIGHT)[4 * 12 + 5]).isEqualTo(5);
    assertThat(labels.values(PatchLabel.BAR)[4 * 12 + 5]).isEqualTo(1);
  }

  @Test
  void countsWhatEachPixelShows() {
    for (Scene scene : Scenes.first(200, 9, Split.TEST)) {
      PatchLabels labels = PatchLabels.of(scene);
      int[] coverage = labels.values(PatchLabel.COVERAGE);
      for (int patch = 0; patch < 144; patch++) {
        int percent = mostCovering(scene, patch % 12 * 14, patch / 12 * 14);
        boolean foreground = percent >= 8;
        assertThat(labels.foreground(patch)).isEqualTo(foreground);
        assertThat(coverage[patch]).isEqualTo(foreground ? percent : 0);
      }
    }
  }

  /** Returns the largest percentage of the patch that one thing covers. */
  private static int mostCovering(Scene scene, int left, int top) {
    int most = 0;
    for (Layer layer : Layer.of(scene)) {
      int sum = 0;
      for (int y = top; y < top + 14; y++) {
        for (int x = left; x < left + 14; x++) {
          Box box = layer.box();
          boolean inside = x >= box.left() && x < box.right() && y >= box.top() && y < box.bottom();
          sum += inside ? layer.mask().at(x - box.left(), y - box.top()) : 0;
        }
      }
      most = Math.max(most, sum * 100 / (64 * 14 * 14));
    }
    return most;
  }
}
