package io.prumerge.prepare;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.image.codec.ImageInfo;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.spark.NamedRow;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.ExampleQuestion;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.Table;
import io.prumerge.video.FrameFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/** Adds images and videos to their questions. Runs on executors and holds one prompt's. */
final class ImageRows {

  private static final RecordColumns<ExampleVideo> VIDEO = RecordColumns.of(ExampleVideo.class);

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
    ImageReader reader = new ImageReader(folder, RowPictures.MAX_BYTES, hadoop);
    FrameFolders folders = new FrameFolders(folder, hadoop);
    RowMemory memory =
        RowMemory.ofTask(table.frames().isEmpty() ? RowMemory.OF_PICTURES : RowMemory.OF_VIDEO);
    TaskCompletionListener closing =
        context -> {
          memory.close();
          close(reader);
        };
    TaskContext.get().addTaskCompletionListener(closing);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        Row row = row(images.next(), table, folders, reader, memory);
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

  private static Row row(
      Row image, NamedSplit table, FrameFolders folders, ImageReader reader, RowMemory memory) {
    boolean textOnly = image.getBoolean(1);
    String id = image.getString(2);
    Optional<ImagePlace> place =
        textOnly ? Optional.empty() : Optional.of(ImagePlace.parse(image.getString(3)));
    NamedRow row =
        new NamedRow(Table.EXAMPLES.schema())
            .with("benchmark", table.benchmark())
            .with("split", table.split())
            .with("image_id", textOnly ? null : id);
    Optional<ImagePlace.Video> named = place.flatMap(ImagePlace::video);
    if (named.isPresent()) {
      RowVideo video = RowVideo.read(named.get(), table, folders, reader, memory);
      row.with("video", VIDEO.row(video.video()));
      return looked(row, image, table, video.info(), video.sha256());
    }
    RowPictures pictures =
        RowPictures.read(place.map(ImagePlace::single).orElse(List.of()), table, reader, memory);
    row.with("image", pictures.first()).with("more_images", pictures.more());
    return looked(row, image, table, pictures.info(), pictures.sha256());
  }

  /** Adds what is known of a picture or video after a look at it, and the questions. */
  private static Row looked(
      NamedRow row,
      Row image,
      NamedSplit table,
      Optional<ImageInfo> info,
      Optional<String> sha256) {
    return row.with("image_sha256", sha256.orElse(null))
        .with("width", info.map(ImageInfo::width).orElse(null))
        .with("height", info.map(ImageInfo::height).orElse(null))
        .with(
            "questions",
            image.<Row>getList(4).stream()
                .sorted(Comparator.comparingLong(question -> question.getLong(0)))
                .map(question -> question.getStruct(1))
                .map(question -> sized(question, table, info))
                .toArray(Row[]::new))
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
}
