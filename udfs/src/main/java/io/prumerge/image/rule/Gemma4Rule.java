package io.prumerge.image.rule;

import io.prumerge.lang.Text;
import java.util.List;

/**
 * Gemma 4: the picture scaled, up too, to the largest area within the budget, each side a multiple
 * of three patches, of whose square a token is made (transformers 5.24.0, {@code
 * image_processing_gemma4.py}, {@code get_aspect_ratio_preserving_size}).
 *
 * @param most tokens ({@code max_soft_tokens})
 */
record Gemma4Rule(int most) implements TokenRule {

  private static final List<Integer> BUDGETS = List.of(70, 140, 280, 560, 1120);
  private static final int SIDE = 48;

  Gemma4Rule {
    if (!BUDGETS.contains(most)) {
      throw new IllegalArgumentException(
          Text.format("max_soft_tokens=%d is none of %s", most, BUDGETS));
    }
  }

  @Override
  public PictureTokens of(int width, int height) {
    double scale = Math.sqrt((double) most * SIDE * SIDE / ((double) height * width));
    int rows = (int) Math.floor(scale * height / SIDE);
    int cols = (int) Math.floor(scale * width / SIDE);
    if (rows == 0 && cols == 0) {
      throw new IllegalArgumentException("leaves nothing of such a picture");
    }
    if (rows == 0) {
      return new PictureTokens(Math.min(width / height, most), 2);
    }
    if (cols == 0) {
      return new PictureTokens(Math.min(height / width, most), 2);
    }
    return new PictureTokens(rows * cols, 2);
  }
}
