package io.prumerge.source;

import java.io.IOException;
import java.util.Optional;

/**
 * Reads encoded images from each kind of place. Nothing is returned of a missing one; what is read
 * may be cut behind a number of bytes.
 */
interface PlaceReader {

  /** Where files are, for messages. */
  String FILE = "a file of this name";

  /** Returns the error of a place of several images, none of which is meant. */
  static IllegalArgumentException several(ImagePlace place) {
    return new IllegalArgumentException("Read one image after the other of " + place.id());
  }

  /** Reads a file below the image folder. */
  Optional<byte[]> file(String name, int bytes) throws IOException;

  /** Reads a base64 text inside a file. */
  Optional<byte[]> range(ImagePlace.Base64Range range, int bytes) throws IOException;

  /** Decodes a base64 text. */
  Optional<byte[]> text(String base64);

  /** Reads a cell of a Parquet file. */
  Optional<byte[]> cell(ImagePlace.ParquetCell cell) throws IOException;
}
