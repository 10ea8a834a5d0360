package io.prumerge.jobs;

import io.prumerge.benchmark.ImageFolder;
import io.prumerge.benchmark.ImagePlace;
import io.prumerge.benchmark.ImageReader;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageInfo;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.ImageProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/** Attaches images to their questions; runs on executors, one image in memory at a time. */
final class ImageRows {

  private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

  /**
   * One byte more than the longest image the engine takes: of a longer file this much is kept, so
   * that the engine still names it too large and nobody has to hold the rest.
   */
  private static final int MAX_BYTES = Math.toIntExact(LIMITS.maxBytes() + 1);

  private ImageRows() {}

  /**
   * Rows of the examples table, each made when it is asked for. A missing image is a row without
   * one; a file system that fails is an {@link UncheckedIOException}.
   *
   * @param images packed as {@link ImageQuestions} does
   * @param folder what image names are relative to
   */
  static Iterator<Row> read(byte[] images, ImageFolder folder, Configuration hadoop) {
    ImageReader reader = new ImageReader(folder, MAX_BYTES, hadoop);
    TaskCompletionListener closing = context -> close(reader);
    TaskContext.get().addTaskCompletionListener(closing);
    return ImageQuestions.unpack(images).stream().map(image -> row(image, reader)).iterator();
  }

  private static void close(ImageReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(ImageQuestions image, ImageReader reader) {
    Optional<byte[]> bytes = image.place().flatMap(place -> read(place, reader));
    Optional<ImageInfo> info = bytes.flatMap(ImageRows::info);
    Row questions = image.questions();
    return RowFactory.create(
        questions.get(0),
        questions.get(1),
        questions.get(2),
        bytes.orElse(null),
        bytes.map(Sha256::hex).orElse(null),
        info.map(ImageInfo::width).orElse(null),
        info.map(ImageInfo::height).orElse(null),
        questions.get(3));
  }

  private static Optional<byte[]> read(ImagePlace place, ImageReader reader) {
    try {
      return reader.read(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing where the bytes are no image: the run reports such a row, and prepare counts it. */
  private static Optional<ImageInfo> info(byte[] bytes) {
    try {
      return Optional.of(ImageProbe.probe(bytes, LIMITS));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }
}
