package io.prumerge.image.codec;

/** The meaning of the components, found as libjpeg finds it. */
enum JpegColor {
  GRAY(1),
  RGB(3),
  YCC(3),
  CMYK(4),
  YCCK(4);

  final int components;

  JpegColor(int components) {
    this.components = components;
  }
}
