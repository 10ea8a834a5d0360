package io.prumerge.mini.scene;

/** The colours of the miniature world, as 0xRRGGBB. */
final class SceneColours {

  private SceneColours() {}

  /** Returns the colour of an object or a bar. */
  static int of(Colour colour) {
    return switch (colour) {
      case RED -> 0xDC2F3C;
      case ORANGE -> 0xF48A1F;
      case YELLOW -> 0xFBD83A;
      case GREEN -> 0x2E9E4F;
      case BLUE -> 0x2B6FEA;
      case PURPLE -> 0x8B3FC7;
      case WHITE -> 0xFAFAF7;
      case BLACK -> 0x17181C;
    };
  }

  /** Returns the colour of a background before its random variation. */
  static int of(Background background) {
    return switch (background) {
      case GRAY -> 0xA9ADB3;
      case BROWN -> 0x967455;
      case PINK -> 0xEDBFC9;
      case CYAN -> 0x97D3D8;
      case NAVY -> 0x3B4A7C;
    };
  }

  /** Returns black or white, whichever is more legible on the tint. */
  static int ink(int tint) {
    int brightness = 299 * (tint >> 16) + 587 * (tint >> 8 & 255) + 114 * (tint & 255);
    return of(brightness > 1000 * 140 ? Colour.BLACK : Colour.WHITE);
  }
}
