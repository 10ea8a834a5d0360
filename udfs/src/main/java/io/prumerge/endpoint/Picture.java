package io.prumerge.endpoint;

import io.prumerge.engine.ErrorKind;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.ImageProbe;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A picture as requests hold it. It is decoded as for our own models first, so that what is no
 * picture never leaves this machine and has the same error as there.
 *
 * @param uri the file's own bytes as a {@code data:} URI; empty without a picture, and with an
 *     error
 * @param error why it is none, as in the column {@code error}
 */
record Picture(Optional<String> uri, Optional<String> error) {

  /**
   * Checks a picture.
   *
   * @param bytes the encoded file; null for a question without one
   */
  static Picture of(byte[] bytes) {
    if (bytes == null) {
      return new Picture(Optional.empty(), Optional.empty());
    }
    try {
      ImageDecoder.decode(bytes, ImageLimits.DEFAULT);
      String format = ImageProbe.probe(bytes, ImageLimits.DEFAULT).format().name();
      return new Picture(
          Optional.of(
              "data:image/"
                  + format.toLowerCase(Locale.ROOT)
                  + ";base64,"
                  + Base64.getEncoder().encodeToString(bytes)),
          Optional.empty());
    } catch (ImageException e) {
      return new Picture(Optional.empty(), Optional.of(ErrorKind.of(e)));
    }
  }
}
