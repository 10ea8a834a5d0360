package io.prumerge.prepare;

import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.TableVersion;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Counts and digests of an examples table, written next to its files, so that a plan need not read
 * the table. It is valid only for the files it was written for: if files were added, removed or
 * changed in length, or if there is no manifest, the table itself is read.
 *
 * @param filesSha256 SHA-256 over the files' names and lengths
 * @param contents by benchmark and split, sorted; images and questions are unique
 * @param missingImages images whose file is missing or empty
 * @param unreadableImages images that are corrupt, unsupported, too large or inexact
 * @param leftOutRows rows of the benchmark's files that could not be read: their questions are not
 *     in the table; 0 in manifests of earlier versions
 * @param orientation {@code exif} if pictures were turned as their EXIF data say, {@code stored} if
 *     they are as the files have them; empty in manifests of earlier versions
 * @param prompts name of the questions' wording; empty in manifests of earlier versions
 * @param somePrompts {@link ExampleKeys#somePrompts}
 * @param counts where everything went that was read for the table, one; none in manifests of
 *     earlier versions, which did not count it
 * @param tables of a session's catalogs, and data by a format with its options, that Spark read,
 *     and which versions of them; none of other files and in manifests of earlier versions
 * @param videos what is known of them, one; none of pictures
 */
public record ExamplesManifest(
    String filesSha256,
    List<SplitContents> contents,
    long missingImages,
    long unreadableImages,
    @JsonSetter(nulls = Nulls.AS_EMPTY) long leftOutRows,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String orientation,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String prompts,
    List<String> somePrompts,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ExampleCounts> counts,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<TableVersion> tables,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<VideoContents> videos) {

  /** SQL of whether a row's image was not found. */
  static final String MISSING =
      "image_id IS NOT NULL AND image_sha256 IS NULL AND video.name IS NULL";

  /** SQL of whether a row's image is there, but cannot be read. */
  static final String UNREADABLE =
      "(image_sha256 IS NOT NULL OR video.name IS NOT NULL) AND width IS NULL";

  /** Spark ignores files whose names begin with an underscore. */
  private static final String NAME = "_manifest.json";

  public ExamplesManifest {
    contents = List.copyOf(contents);
    somePrompts = List.copyOf(somePrompts);
    counts = List.copyOf(counts);
    tables = List.copyOf(tables);
    videos = List.copyOf(videos);
  }

  /** Begins the manifest of a table of which nothing is known. */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Computes the manifest of a table; reads everything but the images.
   *
   * @param options what the table was made of
   * @param leftOutRows of the files that the table was made from
   */
  static ExamplesManifest of(
      SparkSession spark, FileSystem fs, Path table, PrepareOptions options, long leftOutRows)
      throws IOException {
    Dataset<Row> named =
        ExampleKeys.named(Table.EXAMPLES.written(spark, List.of(table.toString())));
    Row counts =
        named.agg(expr("count(1)"), count_if(expr(MISSING)), count_if(expr(UNREADABLE))).first();
    Map<List<String>, Long> different = ExampleKeys.differentImages(named);
    List<SplitContents> contents =
        SplitContents.all(ExampleKeys.sorted(named, counts.getLong(0))).stream()
            .map(split -> split.telling(different))
            .toList();
    long rows = contents.stream().mapToLong(split -> split.images() + split.textQuestions()).sum();
    return builder()
        .filesSha256(filesSha256(fs, table))
        .contents(contents)
        .missingImages(counts.getLong(1))
        .unreadableImages(counts.getLong(2))
        .leftOutRows(leftOutRows)
        .orientation(options.benchmark().turnsPictures() ? "exif" : "stored")
        .prompts(options.prompts().name())
        .somePrompts(ExampleKeys.somePrompts(named, rows))
        .build();
  }

  /** Returns the protocols by which frames of the table's videos were chosen; none of pictures. */
  public List<String> protocols() {
    return videos.stream().flatMap(known -> known.protocols().stream()).distinct().toList();
  }

  /** Returns where everything went that was read for the table, if that was counted. */
  public Optional<ExampleCounts> counted() {
    return counts.stream().findFirst();
  }

  /**
   * Returns the table's benchmarks and splits, and what became of all that was read for it; earlier
   * versions did not count.
   */
  public String sentence() {
    return Text.format(
        "%s: %s",
        contents.stream()
            .map(split -> split.benchmark() + "/" + split.split())
            .collect(Collectors.joining(", ")),
        counted()
            .map(all -> all.sentence(videos.isEmpty() ? "picture" : "video"))
            .orElse(ExampleCounts.NOT_COUNTED));
  }

  /** Returns how many images cannot be used, by fault; earlier versions did not tell them apart. */
  public SortedMap<String, Long> refused() {
    return counted()
        .map(known -> known.pictures().refused())
        .orElseGet(
            () ->
                unreadableImages == 0
                    ? new TreeMap<>()
                    : new TreeMap<>(
                        Map.of("corrupt, unsupported, too large or inexact", unreadableImages)));
  }

  /**
   * Returns this manifest with the counts.
   *
   * @param read tables with their versions
   * @param shown what is known of the videos, one; none of pictures
   */
  ExamplesManifest with(ExampleCounts all, List<TableVersion> read, List<VideoContents> shown) {
    return new Builder(this).counts(List.of(all)).tables(read).videos(shown).build();
  }

  /**
   * Returns the manifest of a table if there is a valid one.
   *
   * @throws DataException if it cannot be read, or not all of the table is there
   */
  public static Optional<ExamplesManifest> read(FileSystem fs, Path table) throws IOException {
    Path file = new Path(table, NAME);
    if (!fs.exists(file)) {
      requireWhole(fs, table);
      return Optional.empty();
    }
    ExamplesManifest manifest;
    try (InputStream in = fs.open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      manifest = Json.read(text, ExamplesManifest.class);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          Text.format(
              "Cannot read %s: %s; delete the file, then the table is read instead",
              file, e.getMessage()),
          e);
    }
    if (manifest.filesSha256.equals(filesSha256(fs, table))) {
      return Optional.of(manifest);
    }
    requireWhole(fs, table);
    return Optional.empty();
  }

  /**
   * Returns when a table's manifest was written, in milliseconds; empty without one: the table's
   * source was read before.
   */
  public static Optional<Long> writtenAt(FileSystem fs, Path table) throws IOException {
    Path file = new Path(table, NAME);
    return fs.exists(file)
        ? Optional.of(fs.getFileStatus(file).getModificationTime())
        : Optional.empty();
  }

  private static void requireWhole(FileSystem fs, Path table) throws IOException {
    if (table.getParent() != null && fs.exists(table) && !Prepare.isThere(table, fs)) {
      throw new DataException(
          Text.format(
              "Cannot read %s: prepare was stopped while it moved the table there; run the same"
                  + " prepare again, which moves the rest",
              table));
    }
  }

  /** Writes the manifest next to the files. */
  void write(FileSystem fs, Path table) throws IOException {
    WholeFile.wroteFirst(fs, new Path(table, NAME), Json.write(this));
  }

  private static String filesSha256(FileSystem fs, Path table) throws IOException {
    String files =
        Stream.of(fs.listStatus(table))
            .filter(file -> !file.getPath().getName().matches("[_.].*"))
            .map(ExamplesManifest::line)
            .sorted()
            .collect(Collectors.joining("\n"));
    return Sha256.hex(files.getBytes(StandardCharsets.UTF_8));
  }

  private static String line(FileStatus file) {
    return file.getPath().getName() + "\t" + file.getLen();
  }

  /** Sets what is known of a table. */
  static final class Builder {

    private String filesSha256 = "";
    private List<SplitContents> contents = List.of();
    private long missingImages;
    private long unreadableImages;
    private long leftOutRows;
    private String orientation = "";
    private String prompts = "";
    private List<String> somePrompts = List.of();
    private List<ExampleCounts> counts = List.of();
    private List<TableVersion> tables = List.of();
    private List<VideoContents> videos = List.of();

    private Builder() {}

    private Builder(ExamplesManifest other) {
      filesSha256 = other.filesSha256;
      contents = other.contents;
      missingImages = other.missingImages;
      unreadableImages = other.unreadableImages;
      leftOutRows = other.leftOutRows;
      orientation = other.orientation;
      prompts = other.prompts;
      somePrompts = other.somePrompts;
      counts = other.counts;
      tables = other.tables;
      videos = other.videos;
    }

    Builder filesSha256(String filesSha256) {
      this.filesSha256 = filesSha256;
      return this;
    }

    Builder contents(List<SplitContents> contents) {
      this.contents = contents;
      return this;
    }

    Builder missingImages(long missingImages) {
      this.missingImages = missingImages;
      return this;
    }

    Builder unreadableImages(long unreadableImages) {
      this.unreadableImages = unreadableImages;
      return this;
    }

    Builder leftOutRows(long leftOutRows) {
      this.leftOutRows = leftOutRows;
      return this;
    }

    Builder orientation(String orientation) {
      this.orientation = orientation;
      return this;
    }

    Builder prompts(String prompts) {
      this.prompts = prompts;
      return this;
    }

    Builder somePrompts(List<String> somePrompts) {
      this.somePrompts = somePrompts;
      return this;
    }

    Builder counts(List<ExampleCounts> counts) {
      this.counts = counts;
      return this;
    }

    Builder tables(List<TableVersion> tables) {
      this.tables = tables;
      return this;
    }

    Builder videos(List<VideoContents> videos) {
      this.videos = videos;
      return this;
    }

    /** Returns the manifest. */
    ExamplesManifest build() {
      return new ExamplesManifest(
          filesSha256,
          contents,
          missingImages,
          unreadableImages,
          leftOutRows,
          orientation,
          prompts,
          somePrompts,
          counts,
          tables,
          videos);
    }
  }
}
