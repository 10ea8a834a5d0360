package io.prumerge.image.rule;

/**
 * Gemma 3: 256 tokens of the picture, and with pan and scan as many of each crop (transformers
 * 5.24.0, {@code image_processing_gemma3.py}).
 *
 * @param crops whether there are crops ({@code do_pan_and_scan})
 * @param least pixels of a crop's shorter side ({@code pan_and_scan_min_crop_size})
 * @param most crops ({@code pan_and_scan_max_num_crops})
 * @param aspect from which a picture is cropped ({@code pan_and_scan_min_ratio_to_activate})
 */
record Gemma3Rule(boolean crops, int least, int most, double aspect) implements TokenRule {

  private static final int TOKENS = 256;

  @Override
  public PictureTokens of(int width, int height) {
    int images = 1 + (crops ? crops(Math.max(width, height), Math.min(width, height)) : 0);
    return new PictureTokens(TOKENS * images, 2 * images);
  }

  private int crops(int longer, int shorter) {
    double ratio = (double) longer / shorter;
    if (ratio < aspect) {
      return 0;
    }
    int number = Math.min(longer / least, (int) Math.floor(ratio + 0.5));
    int within = Math.min(most, Math.max(2, number));
    int side = Math.min((longer + within - 1) / within, shorter);
    return side < least ? 0 : within;
  }
}
