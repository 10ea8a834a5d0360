package io.prumerge.view;

import io.prumerge.image.processor.ImageAspect;
import io.prumerge.report.page.PictureCopy;
import io.prumerge.report.page.SampledVideo;
import io.prumerge.store.Folders;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;

/** The pictures of tables of examples. Each is looked up in the files where they are. */
final class Pictures {

  /** Largest side of a picture in a page, in pixels. */
  private static final int SIDE = 672;

  private final List<Path> files;
  private final boolean byName;
  private final Configuration hadoop;
  private final List<String> gaps;

  private Pictures(List<Path> files, boolean byName, Configuration hadoop, List<String> gaps) {
    this.files = List.copyOf(files);
    this.byName = byName;
    this.hadoop = hadoop;
    this.gaps = List.copyOf(gaps);
  }

  /**
   * Lists the files of tables.
   *
   * @param tables folders, some of which may be gone
   * @param byName whether a picture that no run has seen is the one of its name
   */
  static Pictures of(List<String> tables, boolean byName, Folders folders) {
    List<Path> files = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    for (String table : tables) {
      Path folder = new Path(table);
      try {
        FileSystem fs = folders.fileSystem(folder);
        FileStatus[] found =
            fs.listStatus(folder, path -> path.getName().matches("[^_.].*\\.parquet"));
        Arrays.stream(found).map(FileStatus::getPath).forEach(files::add);
        if (found.length == 0) {
          gaps.add(table + " has no Parquet");
        }
      } catch (IOException | UncheckedIOException e) {
        gaps.add(table + " cannot be read");
      }
    }
    return new Pictures(files, byName, folders.hadoop(), gaps);
  }

  /** Returns which tables have no pictures, each as a text. */
  List<String> gaps() {
    return gaps;
  }

  /**
   * Returns a question's picture as a model sees it.
   *
   * @param number of several pictures in one prompt, from 0
   * @return empty if no table has it any more, or has another one of its name
   */
  Optional<PictureCopy> of(OneQuestion question, ImageAspect aspect, int number)
      throws IOException {
    return first(
        question,
        row ->
            isOf(question, row, number)
                ? Optional.of(PictureCopy.of(image(row, number), aspect, SIDE))
                : Optional.empty());
  }

  private boolean isOf(OneQuestion question, Group row, int number) {
    return question.imageSha256() == null
        ? byName && image(row, number) != null
        : question.imageSha256().equals(text(row, "image_sha256"));
  }

  /**
   * Returns frames of a question's video.
   *
   * @param sha256 hash of the hashes of the frames that the run saw
   * @param aspect how the model makes a frame square
   * @return empty if no table has them any more
   */
  Optional<SampledVideo> video(
      OneQuestion question, FrameProtocol protocol, String sha256, ImageAspect aspect)
      throws IOException {
    return first(question, row -> VideoRow.of(row, protocol, sha256, aspect));
  }

  /** Returns what is found first in the rows of a question's picture or video. */
  private <T> Optional<T> first(OneQuestion question, Function<Group, Optional<T>> find)
      throws IOException {
    if (question.image() == null) {
      return Optional.empty();
    }
    FilterPredicate wanted =
        FilterApi.and(
            equal("image_id", question.image()),
            FilterApi.and(
                equal("benchmark", question.key().benchmark()),
                equal("split", question.key().split())));
    for (Path file : files) {
      try (ParquetReader<Group> reader =
          ParquetReader.builder(new GroupReadSupport(), file)
              .withConf(hadoop)
              .withFilter(FilterCompat.get(wanted))
              .build()) {
        for (Group row = reader.read(); row != null; row = reader.read()) {
          Optional<T> found = find.apply(row);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static FilterPredicate equal(String column, String value) {
    return FilterApi.eq(FilterApi.binaryColumn(column), Binary.fromString(value));
  }

  private static String text(Group row, String column) {
    return row.getFieldRepetitionCount(column) == 0 ? null : row.getString(column, 0);
  }

  private static byte[] image(Group row, int number) {
    if (number == 0) {
      return row.getFieldRepetitionCount("image") == 0
          ? null
          : row.getBinary("image", 0).getBytes();
    }
    if (!row.getType().containsField("more_images")
        || row.getFieldRepetitionCount("more_images") == 0) {
      return null;
    }
    Group list = row.getGroup("more_images", 0);
    if (number > list.getFieldRepetitionCount(0)) {
      return null;
    }
    Group element = list.getGroup(0, number - 1);
    return element.getFieldRepetitionCount(0) == 0 ? null : element.getBinary(0, 0).getBytes();
  }
}
