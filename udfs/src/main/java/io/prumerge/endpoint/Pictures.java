package io.prumerge.endpoint;

import io.prumerge.engine.ErrorKind;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.ImageProbe;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A prompt's pictures as requests hold them. They are decoded as for our own models first, so that
 * what is no picture never leaves this machine and has the same error as there.
 *
 * @param uris each file's own bytes as a {@code data:} URI; none with an error
 * @param error why one of them is none, as in the column {@code error}
 */
record Pictures(List<String> uris, Optional<String> error) {

  Pictures {
    uris = List.copyOf(uris);
  }

  /**
   * Checks pictures.
   *
   * @param files the encoded files; none for a question without a picture
   */
  static Pictures of(List<byte[]> files) {
    List<String> uris = new ArrayList<>();
    for (byte[] file : files) {
      try {
        uris.add(uri(file));
      } catch (ImageException e) {
        ImageException one = e.of(uris.size() + 1, files.size());
        return new Pictures(List.of(), Optional.of(ErrorKind.of(one)));
      }
    }
    return new Pictures(uris, Optional.empty());
  }

  private static String uri(byte[] file) throws ImageException {
    ImageDecoder.decode(file, ImageLimits.DEFAULT);
    String format = ImageProbe.probe(file, ImageLimits.DEFAULT).format().name();
    return "data:image/"
        + format.toLowerCase(Locale.ROOT)
        + ";base64,"
        + Base64.getEncoder().encodeToString(file);
  }
}
