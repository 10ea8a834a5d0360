package io.prumerge.source;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads encoded images from their places. Runs on executors; one reader reads the images of one
 * task in the order of their places.
 */
public final class ImageReader implements Closeable {

  private final ImageFolder folder;
  private final int most;
  private final Configuration hadoop;
  private Optional<ParquetImages> parquet = Optional.empty();

  /**
   * @param folder the folder that image names are relative to
   * @param most largest number of bytes returned; a longer image is cut
   */
  public ImageReader(ImageFolder folder, int most, Configuration hadoop) {
    this.folder = folder;
    this.most = most;
    this.hadoop = hadoop;
  }

  /**
   * Returns the encoded image; empty if it is missing or empty. Invalid base64 is returned
   * unchanged.
   *
   * @throws IOException if the file system fails
   * @throws DataException if a Parquet file cannot be read, or a link leads out of the folder
   */
  public Optional<byte[]> read(ImagePlace place) throws IOException {
    return encoded(place)
        .filter(bytes -> bytes.length > 0)
        .map(bytes -> bytes.length > most ? Arrays.copyOf(bytes, most) : bytes);
  }

  private Optional<byte[]> encoded(ImagePlace place) throws IOException {
    if (place instanceof ImagePlace.Several) {
      throw new IllegalArgumentException("Read one image after the other of " + place.id());
    }
    if (place instanceof ImagePlace.ParquetCell cell) {
      return parquet(cell).read(cell);
    }
    if (place instanceof ImagePlace.Base64Range range) {
      return Optional.of(Base64Images.read(range, most, hadoop));
    }
    Optional<Path> file = folder.file(place.id(), hadoop);
    return file.isPresent() ? file(file.get()) : Optional.empty();
  }

  private Optional<byte[]> file(Path file) throws IOException {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return Optional.of(in.readNBytes(most));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private ParquetImages parquet(ImagePlace.ParquetCell cell) throws IOException {
    if (parquet.isEmpty() || !parquet.get().holds(cell)) {
      close();
      parquet = Optional.of(ParquetImages.open(cell.file(), cell.column(), hadoop));
    }
    return parquet.get();
  }

  @Override
  public void close() throws IOException {
    if (parquet.isPresent()) {
      parquet.get().close();
      parquet = Optional.empty();
    }
  }
}
