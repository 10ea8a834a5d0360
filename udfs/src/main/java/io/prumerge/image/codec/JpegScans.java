package io.prumerge.image.codec;

import java.util.Arrays;

/**
 * What the markers between a JPEG's first scan and its end say (ITU-T T.81, annexes B and G).
 *
 * @param ended whether there is an end marker
 * @param gaps whether it is progressive and its end marker comes before all bits of its lowest
 *     frequencies, so that libjpeg guesses these from the blocks around
 */
record JpegScans(boolean ended, boolean gaps) {
  /**
   * Most scans of a file, because each one costs a pass over the picture. Encoders write about ten.
   */
  static final int MAX_SCANS = 256;

  /** Coefficients of a block that libjpeg-turbo guesses: a mean and nine frequencies. */
  private static final int GUESSED = 10;

  /** The bits of a coefficient that no scan has brought. */
  private static final int UNKNOWN = -1;

  /**
   * Reads the markers up to the end marker. Data after it, such as a video, is ignored.
   *
   * @throws ImageException if there are too many scans, or a marker that libjpeg-turbo does not
   *     know
   */
  static JpegScans read(byte[] bytes, JpegHeader header) throws ImageException {
    JpegFrame frame = header.frame();
    int[][] missing = new int[frame.components().size()][GUESSED];
    for (int[] bits : missing) {
      Arrays.fill(bits, UNKNOWN);
    }
    boolean restarts = header.restarts();
    boolean ended = false;
    int count = 0;
    int at = header.scans();
    while (at + 1 < bytes.length) {
      int marker = bytes[at + 1] & 0xff;
      if (bytes[at] != (byte) 0xff || JpegMarker.isData(marker)) {
        at++;
        continue;
      }
      ended = marker == JpegMarker.EOI;
      if (ended || at + 3 >= bytes.length) {
        break;
      }
      // After restarts, libjpeg looks for the next one and may pass over what it does not know.
      if (!JpegMarker.isKnown(marker) && !restarts) {
        throw ImageException.corrupt("JPEG has the unknown marker ff%02x", marker);
      }
      if (marker == JpegMarker.SOS) {
        count++;
        addScan(bytes, at + 4, frame, missing);
      }
      restarts |= marker == JpegMarker.DRI;
      at += 2 + ((bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff));
    }
    if (count > MAX_SCANS) {
      throw ImageException.tooLarge("JPEG has %d scans, the limit is %d", count, MAX_SCANS);
    }
    return new JpegScans(ended, ended && frame.progressive() && isGuessed(missing));
  }

  /** Notes the bits that are missing after the scan whose parameters stand at {@code at}. */
  private static void addScan(byte[] bytes, int at, JpegFrame frame, int[][] missing) {
    int components = at < bytes.length ? bytes[at] & 0xff : 0;
    int end = at + 1 + 2 * components;
    if (end + 2 >= bytes.length) {
      return;
    }
    int first = bytes[end] & 0xff;
    int last = Math.min(bytes[end + 1] & 0xff, GUESSED - 1);
    int low = bytes[end + 2] & 0xf;
    for (int i = at + 1; i < end; i += 2) {
      int component = frame.indexOf(bytes[i] & 0xff);
      for (int k = first; component >= 0 && k <= last; k++) {
        missing[component][k] = low;
      }
    }
  }

  /** Returns the condition of libjpeg's smoothing_ok (jdcoefct.c), with libjpeg-turbo's reach. */
  private static boolean isGuessed(int[][] missing) {
    return Arrays.stream(missing).allMatch(bits -> bits[0] >= 0)
        && Arrays.stream(missing)
            .anyMatch(bits -> Arrays.stream(bits).skip(1).anyMatch(bit -> bit != 0));
  }
}
