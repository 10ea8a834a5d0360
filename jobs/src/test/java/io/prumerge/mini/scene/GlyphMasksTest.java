package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GlyphMasksTest {

  @Test
  void aLetterIsItsPointsTwiceAsLarge() {
    Mask mask = GlyphMasks.of('L');
    for (int y = 0; y < Scene.PATCH; y++) {
      for (int x = 0; x < Scene.PATCH; x++) {
        boolean stem = x == 2 || x == 3;
        boolean foot = y >= 12 && x >= 2 && x < 12;
        int sharp = stem || foot ? Mask.FULL : 0;
        // Corners are rounded by a quarter of a pixel.
        assertThat(Math.abs(mask.at(x, y) - sharp)).isLessThanOrEqualTo(Mask.FULL / 4);
      }
    }
  }

  @Test
  void smallPrintIsThePointsThemselves() {
    Mask mask = GlyphMasks.small('L');
    for (int y = 0; y < Scene.PATCH; y++) {
      for (int x = 0; x < Scene.PATCH; x++) {
        boolean stem = x == 4 && y >= 3 && y < 10;
        boolean foot = y == 9 && x >= 4 && x < 9;
        assertThat(mask.at(x, y)).isEqualTo(stem || foot ? Mask.FULL : 0);
      }
    }
  }

  @Test
  void everyCharacterMakesItsPatchForegroundAndNoNeighbour() {
    for (char character : GlyphMasks.CHARACTERS.toCharArray()) {
      Mask mask = GlyphMasks.of(character);
      int painted = 0;
      for (int y = 0; y < Scene.PATCH; y++) {
        for (int x = 0; x < Scene.PATCH; x++) {
          painted += mask.at(x, y);
          assertThat(x < 2 || x >= 12 ? mask.at(x, y) : 0).isZero();
        }
      }
      int patch = Mask.FULL * Scene.PATCH * Scene.PATCH;
      assertThat(painted * 100 / patch).as("%c", character).isGreaterThan(15);
    }
  }

  @Test
  void noTwoCharactersLookAlike() {
    String all = GlyphMasks.CHARACTERS;
    for (int i = 0; i < all.length(); i++) {
      for (int j = 0; j < i; j++) {
        int different = 0;
        for (int k = 0; k < Scene.PATCH * Scene.PATCH; k++) {
          int one = GlyphMasks.of(all.charAt(i)).alpha()[k];
          different += Math.abs(one - GlyphMasks.of(all.charAt(j)).alpha()[k]);
        }
        assertThat(different)
            .as("%c and %c", all.charAt(i), all.charAt(j))
            .isGreaterThan(8 * Mask.FULL);
      }
    }
  }

  @Test
  void refusesOtherCharacters() {
    assertThatThrownBy(() -> GlyphMasks.of('a'))
        .hasMessage("Character 'a' is not in the font; known: " + GlyphMasks.CHARACTERS);
  }
}
