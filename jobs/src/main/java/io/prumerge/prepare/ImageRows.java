package io.prumerge.prepare;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageInfo;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.ImageProbe;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Comparator;
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

  /** What a table calls itself. */
  record Named(String benchmark, String split) implements Serializable {

    private static final long serialVersionUID = 1L;
  }

  private ImageRows() {}

  /**
   * Rows of the examples table, each made when it is asked for. A missing image is a row without
   * one; a file system that fails is an {@link UncheckedIOException}.
   *
   * @param images rows of {@link QuestionGroups#SCHEMA}
   * @param table which benchmark and split they are of
   * @param folder what image names are relative to
   */
  static Iterator<Row> read(
      Iterator<Row> images, Named table, ImageFolder folder, Configuration hadoop) {
    ImageReader reader = new ImageReader(folder, MAX_BYTES, hadoop);
    TaskCompletionListener closing = context -> close(reader);
    TaskContext.get().addTaskCompletionListener(closing);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        return row(images.next(), table, reader);
      }
    };
  }

  private static void close(ImageReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(Row image, Named table, ImageReader reader) {
    boolean textOnly = image.getBoolean(1);
    String id = image.getString(2);
    Optional<byte[]> bytes =
        textOnly ? Optional.empty() : read(StagedQuestion.Place.of(id, image.getStruct(3)), reader);
    Optional<ImageInfo> info = bytes.flatMap(ImageRows::info);
    return RowFactory.create(
        table.benchmark(),
        table.split(),
        textOnly ? null : id,
        bytes.orElse(null),
        bytes.map(Sha256::hex).orElse(null),
        info.map(ImageInfo::width).orElse(null),
        info.map(ImageInfo::height).orElse(null),
        image.<Row>getList(4).stream()
            .sorted(Comparator.comparingLong(question -> question.getLong(0)))
            .map(question -> question.getStruct(1))
            .toArray(Row[]::new));
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
