package io.prumerge.prepare;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageInfo;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.UprightImage;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.spark.NamedRow;
import io.prumerge.store.ExampleQuestion;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/** Adds the images to their questions. Runs on executors and holds one prompt's at a time. */
final class ImageRows {

  private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

  /**
   * One byte more than the engine's limit. Longer files are cut to this length: the engine still
   * refuses them as too large, and the rest need not be held.
   */
  private static final int MAX_BYTES = Math.toIntExact(LIMITS.maxBytes() + 1);

  private ImageRows() {}

  /**
   * Returns the rows of the examples table, each made on request. The row of a missing image has no
   * bytes.
   *
   * @param images rows of {@link QuestionGroups#SCHEMA}
   * @param table their benchmark and split
   * @param folder to which image names are relative
   * @param read counts the rows
   * @throws UncheckedIOException while iterating, if the file system fails
   */
  static Iterator<Row> read(
      Iterator<Row> images,
      NamedSplit table,
      ImageFolder folder,
      Configuration hadoop,
      LongAccumulator read) {
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
        Row row = row(images.next(), table, reader);
        read.add(1);
        return row;
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

  private static Row row(Row image, NamedSplit table, ImageReader reader) {
    boolean textOnly = image.getBoolean(1);
    String id = image.getString(2);
    List<Optional<byte[]>> images = new ArrayList<>();
    if (!textOnly) {
      for (ImagePlace place : StagedPlace.of(id, image.getStruct(3)).single()) {
        images.add(read(place, reader).map(one -> table.turned() ? upright(one) : one));
      }
    }
    Optional<byte[]> bytes = images.stream().findFirst().flatMap(first -> first);
    List<ImageInfo> sizes =
        images.stream().flatMap(Optional::stream).flatMap(one -> info(one).stream()).toList();
    Optional<ImageInfo> info =
        sizes.size() == images.size() ? sizes.stream().findFirst() : Optional.empty();
    return new NamedRow(Table.EXAMPLES.schema())
        .with("benchmark", table.benchmark())
        .with("split", table.split())
        .with("image_id", textOnly ? null : id)
        .with("image", bytes.orElse(null))
        .with("image_sha256", sha256(images).orElse(null))
        .with("width", info.map(ImageInfo::width).orElse(null))
        .with("height", info.map(ImageInfo::height).orElse(null))
        .with(
            "questions",
            image.<Row>getList(4).stream()
                .sorted(Comparator.comparingLong(question -> question.getLong(0)))
                .map(question -> question.getStruct(1))
                .map(question -> sized(question, table, info))
                .toArray(Row[]::new))
        .with(
            "more_images",
            images.size() < 2
                ? null
                : images.stream().skip(1).map(more -> more.orElse(null)).toArray(byte[][]::new))
        .row();
  }

  /** Adds the image's size to a question whose benchmark needs it and whose files lack it. */
  private static Row sized(Row row, NamedSplit table, Optional<ImageInfo> info) {
    if (info.isEmpty() || !table.sized()) {
      return row; // with its values in their order
    }
    ExampleQuestion question = ExampleQuestion.COLUMNS.record(row);
    if (question.extra().containsKey(BenchmarkQuestion.WIDTH)) {
      return row;
    }
    Map<String, String> sized = new HashMap<>(question.extra());
    sized.put(BenchmarkQuestion.WIDTH, Integer.toString(info.get().width()));
    sized.put(BenchmarkQuestion.HEIGHT, Integer.toString(info.get().height()));
    return ExampleQuestion.COLUMNS.row(question.withExtra(sized));
  }

  /**
   * Returns the hash of an image; of several, the hash of theirs, 32 bytes each, in order. None
   * where one is missing.
   */
  private static Optional<String> sha256(List<Optional<byte[]>> images) {
    if (images.isEmpty() || images.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    if (images.size() == 1) {
      return images.get(0).map(Sha256::hex);
    }
    MessageDigest all = Sha256.digest();
    images.forEach(image -> all.update(Sha256.of(image.orElseThrow())));
    return Optional.of(HexFormat.of().formatHex(all.digest()));
  }

  private static Optional<byte[]> read(ImagePlace place, ImageReader reader) {
    try {
      return reader.read(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a picture upright; one that cannot be used as it is: the run reports it. */
  private static byte[] upright(byte[] image) {
    try {
      return UprightImage.of(image, LIMITS);
    } catch (ImageException e) {
      return image;
    }
  }

  /** Returns nothing if the image cannot be used: the run reports such a row, prepare counts it. */
  private static Optional<ImageInfo> info(byte[] bytes) {
    try {
      return Optional.of(ImageDecoder.check(bytes, LIMITS));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }
}
