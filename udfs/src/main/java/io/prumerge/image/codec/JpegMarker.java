package io.prumerge.image.codec;

/** Codes of JPEG markers, the bytes after ff (ITU-T T.81, table B.1). */
final class JpegMarker {
  static final int TEM = 0x01;
  static final int SOF0 = 0xc0;
  static final int SOF2 = 0xc2;
  static final int DHT = 0xc4;
  static final int JPG = 0xc8;
  static final int DAC = 0xcc;
  static final int RST0 = 0xd0;
  static final int RST7 = 0xd7;
  static final int SOI = 0xd8;
  static final int EOI = 0xd9;
  static final int SOS = 0xda;
  static final int DQT = 0xdb;
  static final int DNL = 0xdc;
  static final int DRI = 0xdd;
  static final int APP0 = 0xe0;
  static final int APP14 = 0xee;
  static final int APP15 = 0xef;
  static final int COM = 0xfe;

  private JpegMarker() {}

  /** Returns whether a frame header follows. */
  static boolean isFrame(int code) {
    return code >= SOF0 && code <= 0xcf && code != DHT && code != JPG && code != DAC;
  }

  /** Returns whether no segment follows, because it is a restart or stands alone. */
  static boolean isAlone(int code) {
    return code == TEM || code >= RST0 && code <= RST7;
  }

  /** Returns whether the code after an ff in entropy-coded data ends no scan. */
  static boolean isData(int code) {
    return code == 0 || code == 0xff || isAlone(code);
  }

  /** Returns whether libjpeg-turbo reads it, skips it or has an error of its own for it. */
  static boolean isKnown(int code) {
    return isAlone(code)
        || code >= SOF0 && code <= DRI
        || code >= APP0 && code <= APP15
        || code == COM;
  }
}
