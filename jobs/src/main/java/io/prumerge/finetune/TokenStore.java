package io.prumerge.finetune;

import io.prumerge.reduction.Stage;
import io.prumerge.training.ReducedImage;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Visual tokens that were computed, in a temporary file of this host. Neither tower nor method is
 * trained, so an image is encoded once, as long as there is room; the others are encoded each time.
 */
final class TokenStore implements Closeable {

  private record Place(long offset, Stage stage, int rows, int width) {

    int bytes() {
      return Math.multiplyExact(Math.multiplyExact(rows, width), Float.BYTES);
    }
  }

  private final FileChannel file;
  private final long most;
  private final Map<String, Place> places = new HashMap<>();
  private long end;

  private TokenStore(FileChannel file, long most) {
    this.file = file;
    this.most = most;
  }

  /**
   * Begins an empty store.
   *
   * @param most bytes to take of the host's disk
   */
  static TokenStore of(long most) throws IOException {
    return new TokenStore(
        FileChannel.open(
            Files.createTempFile("prumerge-tokens-", ".bin"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE),
        most);
  }

  /** Returns the tokens that were kept under a name. */
  Optional<ReducedImage> find(String name) throws IOException {
    Place place = places.get(name);
    if (place == null) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(place.bytes());
    while (bytes.hasRemaining()) {
      if (file.read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException("The file of kept tokens is cut off");
      }
    }
    float[] values = new float[place.rows() * place.width()];
    bytes.flip().asFloatBuffer().get(values);
    return Optional.of(new ReducedImage(place.stage(), place.rows(), place.width(), values));
  }

  /** Keeps tokens under a name, if there is room. */
  void keep(String name, ReducedImage image) throws IOException {
    Place place = new Place(end, image.stage(), image.rows(), image.width());
    if (end + place.bytes() > most) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(place.bytes());
    bytes.asFloatBuffer().put(image.values());
    while (bytes.hasRemaining()) {
      end += file.write(bytes, end);
    }
    places.put(name, place);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
