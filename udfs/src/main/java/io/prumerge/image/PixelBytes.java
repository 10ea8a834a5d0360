package io.prumerge.image;

/**
 * The pixels of one view before they are normalised.
 *
 * @param bytes height x width x 3, red first
 * @param table the value of each byte
 */
public record PixelBytes(byte[] bytes, PixelValues table) implements ViewPixels {

  @Override
  public float[] values() {
    return table.of(bytes);
  }
}
