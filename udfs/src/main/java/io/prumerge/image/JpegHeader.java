package io.prumerge.image;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The markers of a JPEG up to its first scan (ITU-T T.81, annex B).
 *
 * @param color what the stored components mean
 * @param tables the segments before the first scan that the decoder needs
 * @param scans position of the first scan's marker; the scans take the rest of the file
 */
record JpegHeader(ImageInfo info, JpegColor color, List<Segment> tables, int scans)
    implements ImageProbe.Header {
  /**
   * Most scans of a file, because each one costs a pass over the picture. Encoders write about ten.
   */
  static final int MAX_SCANS = 256;

  /** Marker codes. */
  private static final int APP0 = 0xe0;

  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;

  /** Position of a segment, beginning with its marker's code. */
  record Segment(int from, int length) {}

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

  static JpegHeader read(ImageBytes file) throws ImageException {
    List<Segment> tables = new ArrayList<>();
    boolean jfif = false;
    int adobeTransform = -1;
    long frame = -1;
    long at = 2;
    while (true) {
      while (file.u8(at) != 0xff) {
        at++; // libjpeg skips bytes that are no marker
      }
      while (file.u8(at) == 0xff) {
        at++;
      }
      int marker = file.u8(at++);
      if (marker == 0 || marker == 1 || (marker >= RST0 && marker <= RST7)) {
        continue;
      }
      if (marker == SOI || marker == EOI) {
        throw ImageException.corrupt("JPEG has marker ff%02x before its first scan", marker);
      }
      int length = file.u16be(at);
      int segment = file.require(at - 1, length + 1L);
      if (length < 2) {
        throw ImageException.corrupt("JPEG segment ff%02x has length %d", marker, length);
      }
      if (marker == APP0 && length >= 16 && file.matches(at + 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && length >= 14 && file.matches(at + 2, "Adobe")) {
        adobeTransform = file.u8(at + 13);
      } else if (isFrame(marker)) {
        checkFrame(file, marker, at + 2);
        if (frame >= 0) {
          throw ImageException.corrupt("JPEG has two frame headers");
        }
        frame = at + 2;
      }
      if (marker == SOS) {
        break;
      }
      if (marker != COM && (marker < APP0 || marker > APP15)) {
        tables.add(new Segment(segment, length + 1));
      }
      at += length;
    }
    if (frame < 0) {
      throw ImageException.corrupt("JPEG has a scan before its frame header");
    }
    ImageInfo info = ImageInfo.of(ImageFormat.JPEG, file.u16be(frame + 3), file.u16be(frame + 1));
    return new JpegHeader(
        info, color(file, frame, jfif, adobeTransform), List.copyOf(tables), (int) at - 2);
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    return JpegDecoder.decode(file, this);
  }

  /**
   * The file without application and comment segments before the first scan, so that no profile,
   * thumbnail or other metadata reaches the decoder.
   */
  byte[] withoutMetadata(ImageBytes file) throws ImageException {
    byte[] bytes = file.array();
    checkScans(bytes);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
    kept.write(0xff);
    kept.write(SOI);
    for (Segment table : tables) {
      kept.write(0xff);
      kept.write(bytes, table.from(), table.length());
    }
    kept.write(bytes, scans, bytes.length - scans);
    return kept.toByteArray();
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static void checkFrame(ImageBytes file, int marker, long at) throws ImageException {
    if (marker > 0xc2) {
      throw ImageException.unsupported(
          "JPEG with frame type ff%02x (lossless, hierarchical or arithmetic) is not read", marker);
    }
    if (file.u8(at) != 8) {
      throw ImageException.unsupported("JPEG with %d bits per sample is not read", file.u8(at));
    }
  }

  /** Counts the scans up to the end marker. Data after it, such as a video, is ignored. */
  private void checkScans(byte[] bytes) throws ImageException {
    int count = 0;
    int at = scans;
    while (at + 3 < bytes.length) {
      int marker = bytes[at + 1] & 0xff;
      boolean isMarker =
          bytes[at] == (byte) 0xff
              && marker != 0
              && marker != 0xff
              && (marker < RST0 || marker > RST7);
      if (!isMarker) {
        at++; // entropy-coded data, in which ff is followed by 00 or a restart
      } else if (marker == EOI) {
        break;
      } else {
        count += marker == SOS ? 1 : 0;
        at += 2 + ((bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff));
      }
    }
    if (count > MAX_SCANS) {
      throw ImageException.tooLarge("JPEG has %d scans, the limit is %d", count, MAX_SCANS);
    }
  }

  /** The rules of libjpeg's default_decompress_parms. */
  private static JpegColor color(ImageBytes file, long frame, boolean jfif, int adobeTransform)
      throws ImageException {
    int components = file.u8(frame + 5);
    switch (components) {
      case 1:
        return JpegColor.GRAY;
      case 3:
        if (jfif) {
          return JpegColor.YCC;
        }
        if (adobeTransform >= 0) {
          return adobeTransform == 0 ? JpegColor.RGB : JpegColor.YCC;
        }
        boolean named =
            file.u8(frame + 6) == 'R' && file.u8(frame + 9) == 'G' && file.u8(frame + 12) == 'B';
        return named ? JpegColor.RGB : JpegColor.YCC;
      case 4:
        return adobeTransform <= 0 ? JpegColor.CMYK : JpegColor.YCCK;
      default:
        throw ImageException.unsupported(
            "JPEG with %d components is not read; known: 1, 3, 4", components);
    }
  }
}
