package io.prumerge.prepare;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.image.ImageInfo;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImageReader;
import io.prumerge.spark.NamedRow;
import io.prumerge.store.ExampleQuestion;
import io.prumerge.store.Table;
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

/** Adds the images to their questions. Runs on executors and holds one prompt's at a time. */
final class ImageRows {

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
    RowPictures pictures =
        RowPictures.read(
            textOnly ? List.of() : StagedPlace.of(id, image.getStruct(3)).single(), table, reader);
    Optional<ImageInfo> info = pictures.info();
    return new NamedRow(Table.EXAMPLES.schema())
        .with("benchmark", table.benchmark())
        .with("split", table.split())
        .with("image_id", textOnly ? null : id)
        .with("image", pictures.first())
        .with("image_sha256", pictures.sha256().orElse(null))
        .with("width", info.map(ImageInfo::width).orElse(null))
        .with("height", info.map(ImageInfo::height).orElse(null))
        .with(
            "questions",
            image.<Row>getList(4).stream()
                .sorted(Comparator.comparingLong(question -> question.getLong(0)))
                .map(question -> question.getStruct(1))
                .map(question -> sized(question, table, info))
                .toArray(Row[]::new))
        .with("more_images", pictures.more())
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
