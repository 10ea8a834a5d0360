package io.prumerge.jobs;

import io.prumerge.image.ImageException;
import io.prumerge.image.ImageInfo;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.ImageProbe;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Attaches image files to their questions; runs on executors, one image in memory at a time. */
final class ImageRows {

  private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

  /**
   * One byte more than the longest image the engine takes: of a longer file this much is kept, so
   * that the engine still names it too large and nobody has to hold the rest.
   */
  private static final int MAX_BYTES = Math.toIntExact(LIMITS.maxBytes() + 1);

  private ImageRows() {}

  /**
   * A row of the examples table.
   *
   * @param row benchmark, split, image_id (null for text-only questions), questions
   * @param folder what image names are relative to
   * @throws IOException when the file system fails; a missing image is a row without one
   */
  static Row read(Row row, String folder, Configuration hadoop) throws IOException {
    byte[] bytes = row.isNullAt(2) ? null : bytes(folder + "/" + row.getString(2), hadoop);
    Integer width = null;
    Integer height = null;
    if (bytes != null) {
      try {
        ImageInfo info = ImageProbe.probe(bytes, LIMITS);
        width = info.width();
        height = info.height();
      } catch (ImageException e) {
        // Kept as it is: the run reports it as a row with an error, and prepare counts it.
        width = null;
      }
    }
    return RowFactory.create(
        row.get(0),
        row.get(1),
        row.get(2),
        bytes,
        bytes == null ? null : Sha256.hex(bytes),
        width,
        height,
        row.get(3));
  }

  /** The file's bytes; null where there is none, or an empty one. */
  private static byte[] bytes(String file, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      return bytes.length == 0 ? null : bytes;
    } catch (FileNotFoundException e) {
      return null;
    }
  }
}
