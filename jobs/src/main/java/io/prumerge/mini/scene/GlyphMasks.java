package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.List;

/**
 * Masks of the printed characters in a cell of one patch: a font of 5 x 7 points, scaled up and
 * smoothed to 10 x 14 pixels, or as it is in small print.
 */
final class GlyphMasks {

  /** In the order of their numbers in labels. */
  static final String CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private static final int WIDTH = 5;
  private static final int HEIGHT = 7;

  /** Empty columns of the cell on each side of a character. */
  private static final int SIDE_BEARING = 2;

  /** Empty columns and rows of the cell before a character in small print. */
  private static final int SMALL_LEFT = 4;

  private static final int SMALL_TOP = 3;

  private static final Mask[] MASKS = new Mask[CHARACTERS.length()];
  private static final Mask[] SMALL = new Mask[CHARACTERS.length()];

  static {
    read(SceneResources.lines("font.txt"));
  }

  private GlyphMasks() {}

  /** Returns the character in a cell of one patch. */
  static Mask of(char character) {
    return MASKS[number(character)];
  }

  /** Returns the character at half the height, one pixel per point, in a cell of one patch. */
  static Mask small(char character) {
    return SMALL[number(character)];
  }

  /** Returns the number of a character in labels. */
  static int number(char character) {
    int number = CHARACTERS.indexOf(character);
    if (number < 0) {
      throw new IllegalArgumentException(
          Text.format("Character '%c' is not in the font; known: %s", character, CHARACTERS));
    }
    return number;
  }

  /** Reads the font: each character has one line with its name and seven with its points. */
  private static void read(List<String> lines) {
    for (int i = 0; i < lines.size(); i += 1 + HEIGHT) {
      boolean[][] points = new boolean[HEIGHT][WIDTH];
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          points[y][x] = lines.get(i + 1 + y).charAt(x) == '#';
        }
      }
      int number = number(lines.get(i).charAt(0));
      MASKS[number] = cell(smoothed(joined(points)));
      SMALL[number] = smallCell(points);
    }
  }

  /**
   * Doubles the size and joins diagonal strokes: a quarter of an empty point is filled if the two
   * points next to it are set and the point diagonally across the quarter's corner is not.
   */
  private static boolean[][] joined(boolean[][] points) {
    boolean[][] result = new boolean[2 * points.length][2 * points[0].length];
    for (int y = 0; y < result.length; y++) {
      for (int x = 0; x < result[0].length; x++) {
        int down = 2 * (y % 2) - 1;
        int right = 2 * (x % 2) - 1;
        boolean between =
            at(points, x / 2 + right, y / 2)
                && at(points, x / 2, y / 2 + down)
                && !at(points, x / 2 + right, y / 2 + down);
        result[y][x] = points[y / 2][x / 2] || between;
      }
    }
    return result;
  }

  /**
   * Doubles the size and smooths stairs (Scale2x): a quarter takes the colour of the two points
   * next to it if these agree and the opposite ones do not.
   */
  private static boolean[][] smoothed(boolean[][] points) {
    boolean[][] result = new boolean[2 * points.length][2 * points[0].length];
    for (int y = 0; y < result.length; y++) {
      for (int x = 0; x < result[0].length; x++) {
        int down = 2 * (y % 2) - 1;
        int right = 2 * (x % 2) - 1;
        boolean beside = at(points, x / 2 + right, y / 2);
        boolean edge =
            beside == at(points, x / 2, y / 2 + down)
                && beside != at(points, x / 2 - right, y / 2)
                && beside != at(points, x / 2, y / 2 - down);
        result[y][x] = edge ? beside : points[y / 2][x / 2];
      }
    }
    return result;
  }

  private static boolean at(boolean[][] points, int x, int y) {
    return y >= 0 && y < points.length && x >= 0 && x < points[0].length && points[y][x];
  }

  /** Averages four points into a pixel. */
  private static Mask cell(boolean[][] points) {
    byte[] alpha = new byte[Scene.PATCH * Scene.PATCH];
    for (int y = 0; y < points.length; y++) {
      for (int x = 0; x < points[0].length; x++) {
        if (points[y][x]) {
          alpha[y / 2 * Scene.PATCH + SIDE_BEARING + x / 2] += Mask.FULL / 4;
        }
      }
    }
    return new Mask(Scene.PATCH, Scene.PATCH, alpha);
  }

  private static Mask smallCell(boolean[][] points) {
    byte[] alpha = new byte[Scene.PATCH * Scene.PATCH];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (points[y][x]) {
          alpha[(SMALL_TOP + y) * Scene.PATCH + SMALL_LEFT + x] = Mask.FULL;
        }
      }
    }
    return new Mask(Scene.PATCH, Scene.PATCH, alpha);
  }
}
