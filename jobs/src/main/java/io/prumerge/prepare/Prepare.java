package io.prumerge.prepare;

import static org.apache.spark.sql.functions.min;

import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a benchmark's files into an examples table. The driver streams the questions to files;
 * executors group them by image and read the images, part by part. If that fails, the parts that
 * were written are kept and used by the next attempt. The table is written next to the output
 * folder and renamed at the end.
 */
public final class Prepare {

  /** Fewest questions of a part, which is lost if it fails. */
  static final long QUESTIONS_PER_PART = 1 << 16;

  private static final String DOING = "preparing";
  private static final String SCRATCH = "questions-";

  private final SparkSession spark;
  private final Console console;
  private final long questionsPerPart;

  public Prepare(SparkSession spark, Console console) {
    this(spark, console, QUESTIONS_PER_PART);
  }

  Prepare(SparkSession spark, Console console, long questionsPerPart) {
    this.spark = spark;
    this.console = console;
    this.questionsPerPart = questionsPerPart;
  }

  /** Returns whether a table is there, and no driver was killed while it moved it. */
  public static boolean isThere(Path table, FileSystem fs) throws IOException {
    return fs.exists(table) && !UnfinishedFolder.beside(table, DOING, fs).commit().isDecided();
  }

  /** Writes the table and returns its counts. */
  public PreparedTable prepare(PrepareRequest request) throws IOException {
    PrepareOptions options = request.options();
    Folders folders = new Folders(spark);
    Optional<TableSource> table = TableSource.of(options.benchmark(), options.sources(), folders);
    Path output = folders.qualified(Setting.OUTPUT, options.output());
    UnfinishedFolder place = UnfinishedFolder.beside(output, DOING, folders.fileSystem(output));
    place.requireAbsent(options.output());
    SourceFiles files = folders.sources(options.sources(), options.split());
    try (place) {
      place.take(LeaseHolder.here(spark.sparkContext().applicationId()), LeasedWork.TABLE);
      place.warnOfOlder(console);
      place.clear(name -> !name.startsWith(SCRATCH)); // of drivers that were killed
      SourceFiles source =
          table.isEmpty()
              ? files
              : files.with(
                  new TableStage(spark, console, table.get(), request, files, place).made());
      PrepareAttempt attempt = new PrepareAttempt(spark, console, request, source, place, output);
      PreparedTable prepared =
          console.during(
              "Preparing " + options.benchmark().name(),
              spark.sparkContext(),
              () -> attempt.run(SCRATCH + UUID.randomUUID(), questionsPerPart));
      report(options, prepared);
      source.notes().forEach(note -> console.warn("%s", note));
      table.flatMap(TableSource::remark).ifPresent(remark -> console.warn("%s", remark));
      boolean ofUser = options.benchmark().definition().isPresent(); // who can mend each row
      (ofUser ? source.leftOut().warnings().stream() : source.leftOut().warning().stream())
          .forEach(warning -> console.warn("%s", warning));
      return prepared;
    }
  }

  private void report(PrepareOptions options, PreparedTable prepared) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s/%s: %s%s, %s -> %s%n",
            options.benchmark().name(),
            options.splitName(),
            prepared
                .videos()
                .map(VideoContents::sentence)
                .orElseGet(() -> Texts.count(prepared.differentImages(), "image")),
            prepared.videos().isPresent() || prepared.images() == prepared.differentImages()
                ? ""
                : Text.format(" under %,d names", prepared.images()),
            Texts.count(prepared.questions(), "question"),
            prepared.output());
    prepared
        .counts()
        .ifPresent(
            counts ->
                console.say(
                    "Counted %s",
                    counts.sentence(prepared.videos().isPresent() ? "video" : "picture")));
    if (prepared.missing() > 0) {
      console.warn(
          "%s missing, %s; %s questions will have the error image_missing",
          images(prepared.missing()),
          first(prepared, ExamplesManifest.MISSING, prepared.missing()),
          prepared.missing() == 1 ? "its" : "their");
    }
    if (prepared.unreadable() > 0) {
      PictureFaults.of(spark, prepared.output()).refused().stream()
          .map(PictureFault::warning)
          .forEach(warning -> console.warn("%s", warning));
    }
    if (prepared.videos().isPresent()) {
      VideoContents.unavailable(spark, prepared.output())
          .forEach(warning -> console.warn("%s", warning));
    }
  }

  private static String images(long number) {
    return Texts.count(number, "image") + (number == 1 ? " is" : " are");
  }

  /** Returns the name of the first of such images, as an example if there are several. */
  private String first(PreparedTable prepared, String such, long number) {
    String name =
        Table.EXAMPLES
            .written(spark, List.of(prepared.output().toString()))
            .where(such)
            .select(min("image_id"))
            .first()
            .getString(0);
    return number == 1 ? name : "such as " + name;
  }
}
