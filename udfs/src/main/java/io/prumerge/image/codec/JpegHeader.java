package io.prumerge.image.codec;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The markers of a JPEG up to its first scan (ITU-T T.81, annex B).
 *
 * @param color what the stored components mean
 * @param tables the segments before the first scan that the decoder needs
 * @param restarts whether restarts stand in the scans
 * @param scans position of the first scan's marker; the scans take the rest of the file
 */
record JpegHeader(
    ImageInfo info,
    JpegFrame frame,
    JpegColor color,
    List<Segment> tables,
    boolean restarts,
    int scans)
    implements ImageHeader {
  /** Position of a segment, beginning with its marker's code. */
  private record Segment(int from, int length) {}

  static JpegHeader read(ImageBytes file) throws ImageException {
    List<Segment> tables = new ArrayList<>();
    boolean jfif = false;
    int adobeTransform = -1;
    boolean restarts = false;
    long frame = -1;
    JpegFrame coded = null;
    long at = 2;
    while (true) {
      while (file.u8(at) != 0xff) {
        at++; // libjpeg skips bytes that are no marker
      }
      while (file.u8(at) == 0xff) {
        at++;
      }
      int marker = file.u8(at++);
      if (marker == 0 || JpegMarker.isAlone(marker)) {
        continue;
      }
      if (marker == JpegMarker.SOI || marker == JpegMarker.EOI) {
        throw ImageException.corrupt("JPEG has marker ff%02x before its first scan", marker);
      }
      if (!JpegMarker.isKnown(marker)) {
        throw ImageException.corrupt("JPEG has the unknown marker ff%02x", marker);
      }
      int length = file.u16be(at);
      int segment = file.require(at - 1, length + 1L);
      if (length < 2) {
        throw ImageException.corrupt("JPEG segment ff%02x has length %d", marker, length);
      }
      if (marker == JpegMarker.APP0 && length >= 16 && file.matches(at + 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == JpegMarker.APP14 && length >= 14 && file.matches(at + 2, "Adobe")) {
        adobeTransform = file.u8(at + 13);
      } else if (marker == JpegMarker.DRI) {
        restarts = length >= 4 && file.u16be(at + 2) > 0;
      } else if (JpegMarker.isFrame(marker)) {
        checkFrame(file, marker, at + 2);
        if (frame >= 0) {
          throw ImageException.corrupt("JPEG has two frame headers");
        }
        frame = at + 2;
        coded = JpegFrame.read(file, marker, frame);
      }
      if (marker == JpegMarker.SOS) {
        break;
      }
      if (marker < JpegMarker.APP0) {
        tables.add(new Segment(segment, length + 1));
      }
      at += length;
    }
    if (frame < 0) {
      throw ImageException.corrupt("JPEG has a scan before its frame header");
    }
    ImageInfo info = ImageInfo.of(ImageFormat.JPEG, file.u16be(frame + 3), file.u16be(frame + 1));
    return new JpegHeader(
        info,
        coded,
        color(file, frame, jfif, adobeTransform),
        List.copyOf(tables),
        restarts,
        (int) at - 2);
  }

  @Override
  public void check(ImageBytes file) throws ImageException {
    JpegDecoder.ofJdk().check(file, this);
  }

  @Override
  public void checkEnd(ImageBytes file) throws ImageException {
    if (!JpegScans.read(file.array(), this).ended()) {
      decode(file); // libjpeg needs no end marker behind the last row
    }
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    return JpegDecoder.ofJdk().decode(file, this);
  }

  /**
   * Returns the file without application and comment segments before the first scan, so that no
   * profile, thumbnail or other metadata reaches the decoder.
   */
  byte[] withoutMetadata(ImageBytes file) {
    byte[] bytes = file.array();
    ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
    kept.write(0xff);
    kept.write(JpegMarker.SOI);
    for (Segment table : tables) {
      kept.write(0xff);
      kept.write(bytes, table.from(), table.length());
    }
    kept.write(bytes, scans, bytes.length - scans);
    return kept.toByteArray();
  }

  private static void checkFrame(ImageBytes file, int marker, long at) throws ImageException {
    if (marker > JpegMarker.SOF2) {
      throw ImageException.unsupported(
          "JPEG with frame type ff%02x (lossless, hierarchical or arithmetic) is not read", marker);
    }
    if (file.u8(at) != 8) {
      throw ImageException.unsupported("JPEG with %d bits per sample is not read", file.u8(at));
    }
  }

  /** Returns the rules of libjpeg's default_decompress_parms. */
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
