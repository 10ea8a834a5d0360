package io.prumerge.prepare;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.Work;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.prepare.ExamplesManifest.SplitContents;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.SourceFiles;
import io.prumerge.spark.RunningSums;
import io.prumerge.store.Folders;
import io.prumerge.store.ImageParquet;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import io.prumerge.store.TableCommit;
import io.prumerge.store.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads a benchmark's files into an examples table. The driver streams the questions to files;
 * executors group them by image and read the images, part by part. If that fails, the parts that
 * were written are kept and used by the next attempt. The table is written beside the output folder
 * and renamed at the end.
 */
public final class Prepare {

  /** Images per task: enough to be worth a task, few enough to repeat cheaply. */
  private static final int IMAGES_PER_TASK = 256;

  /** Fewest questions of a part, which is lost if it fails. */
  static final long QUESTIONS_PER_PART = 1 << 16;

  private static final int MOST_PARTS = 256;

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

  /** Writes the table and returns its counts. */
  public Prepared run(PrepareOptions options) throws IOException {
    Folders folders = new Folders(spark);
    Path output = folders.absent(Setting.OUTPUT, options.output());
    SourceFiles source = folders.sources(options.sources(), options.split());
    FileSystem fs = folders.fileSystem(output);
    Path scratch =
        new Path(output.getParent(), "." + output.getName() + ".questions-" + UUID.randomUUID());
    fs.deleteOnExit(scratch); // if the driver is stopped
    try {
      Prepared prepared =
          console.during(
              "Preparing " + options.benchmark().name(),
              spark.sparkContext(),
              () -> run(options, source, fs, scratch, output));
      report(options, prepared);
      return prepared;
    } finally {
      fs.delete(scratch, true);
      fs.cancelDeleteOnExit(scratch);
    }
  }

  private Prepared run(
      PrepareOptions options, SourceFiles source, FileSystem fs, Path scratch, Path output)
      throws IOException {
    Path staged = new Path(scratch, "staged");
    QuestionStage questions = new QuestionStage(fs, staged);
    try (questions) {
      options.benchmark().read(source, options.prompts(), questions::add);
    }
    if (questions.count() == 0) {
      throw new Failure("There are no questions in " + String.join(", ", options.sources()));
    }
    ImageFolder images =
        questions.names().isEmpty() ? ImageFolder.NONE : source.imageFolder(questions.names());
    long perPart = Math.max(questionsPerPart, questions.count() / MOST_PARTS);
    QuestionGroups groups = new QuestionGroups(spark, new Path(scratch, "groups"));
    groups.write(staged, options.benchmark().repeatsIds(), options.limit(), perPart);
    groups.requireUnique();
    List<QuestionGroups.Part> parts = groups.parts();
    UnfinishedTable table =
        UnfinishedTable.beside(output, fs, identity(options, questions, images, perPart));
    DriverLease lease = lease(table);
    try (lease) {
      write(options, groups, parts, images, table, lease);
      table.requireOnly(parts);
      ExamplesManifest manifest = ExamplesManifest.of(spark, fs, table.table());
      manifest.write(fs, table.table());
      lease.check();
      table.become(output);
      return prepared(manifest, output);
    } finally { // without the lease, which lies in the folder
      table.tidy();
    }
  }

  /** Takes the table's lease: drivers with the same settings would move each other's files. */
  private DriverLease lease(UnfinishedTable table) throws IOException {
    return DriverLease.take(
        table.leases(),
        LeaseHolder.here(spark.sparkContext().applicationId()),
        DriverLease.Work.TABLE,
        DriverLease.Claim.WITHDRAW,
        () -> {});
  }

  /**
   * Returns a digest of everything that decides the output. Runs with equal digests share parts.
   */
  private static String identity(
      PrepareOptions options, QuestionStage questions, ImageFolder images, long perPart)
      throws IOException {
    String all =
        String.join(
            "\n",
            options.benchmark().name(),
            options.splitName(),
            options.limit().toString(),
            questions.sha256(),
            images.path(),
            Long.toString(perPart),
            UnfinishedTable.LAYOUT);
    return Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
  }

  @SuppressWarnings("try") // the phase asks for the count by itself
  private void write(
      PrepareOptions options,
      QuestionGroups groups,
      List<QuestionGroups.Part> parts,
      ImageFolder images,
      UnfinishedTable table,
      DriverLease lease)
      throws IOException {
    long all = 0;
    long before = 0;
    for (QuestionGroups.Part part : parts) {
      all += part.images();
      before += table.isWritten(part.number()) ? part.images() : 0;
    }
    LongAccumulator read = spark.sparkContext().longAccumulator("images read");
    int written = 0;
    try (RunningSums sums = new RunningSums(spark.sparkContext(), List.of(read));
        Phase phase =
            console.counted(
                "Reading the images of " + options.benchmark().name(),
                "images",
                new Work(before),
                new Work(all),
                () -> new Work((long) sums.now()[0]),
                () -> "")) {
      for (QuestionGroups.Part part : parts) {
        if (!table.isWritten(part.number())) {
          try {
            table.write(
                part.number(),
                () ->
                    ImageParquet.append(
                        rows(options, groups, part, images, read), table.table().toString()),
                lease::check);
          } catch (Exception e) { // a failed job throws one that Scala does not declare
            remain(written, parts.size());
            throw e;
          }
        }
        written++;
      }
    }
  }

  private void remain(int written, int parts) {
    if (written > 0) {
      console.warn(
          "%,d of %,d parts are written and kept; the same command continues from there",
          written, parts);
    }
  }

  private Dataset<Row> rows(
      PrepareOptions options,
      QuestionGroups groups,
      QuestionGroups.Part part,
      ImageFolder images,
      LongAccumulator read) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    ImageRows.Named named =
        new ImageRows.Named(
            options.benchmark().name(), options.splitName(), options.benchmark().needsImageSize());
    int tasks = Math.toIntExact((part.images() + IMAGES_PER_TASK - 1) / IMAGES_PER_TASK);
    return groups
        .of(part, tasks)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                rows -> ImageRows.read(rows, named, images, hadoop.value().value(), read),
            Encoders.row(Table.EXAMPLES.schema()));
  }

  private static Prepared prepared(ExamplesManifest manifest, Path output) {
    List<SplitContents> contents = manifest.contents();
    return new Prepared(
        output,
        contents.stream().mapToLong(SplitContents::images).sum(),
        contents.stream().mapToLong(part -> part.questions() + part.textQuestions()).sum(),
        manifest.missingImages(),
        manifest.unreadableImages());
  }

  private void report(PrepareOptions options, Prepared prepared) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s/%s: %,d images, %,d questions -> %s%n",
            options.benchmark().name(),
            options.splitName(),
            prepared.images(),
            prepared.questions(),
            prepared.output());
    if (prepared.missing() > 0) {
      console.warn(
          "%,d images are missing; their questions will have the error image_missing",
          prepared.missing());
    }
    if (prepared.unreadable() > 0) {
      console.warn(
          "%,d images are corrupt, unsupported, too large or inexact; their questions will have an"
              + " error",
          prepared.unreadable());
    }
  }

  /**
   * The table that {@link Prepare} wrote.
   *
   * @param output the table's folder
   * @param images images named by questions, each counted once
   * @param missing images that were not found
   * @param unreadable images that are corrupt, of another format, too large or inexact
   */
  public record Prepared(Path output, long images, long questions, long missing, long unreadable) {}

  /**
   * An unfinished table, in a folder beside its final one. All parts are written into one folder,
   * because on an object store each move of a file is a copy of its images, and are moved once,
   * with the folder; a marker, written last, names the files of a part that count. The next run for
   * the same table continues from the markers. The folder's name has the digest of the settings, so
   * other tables stay untouched; the {@link #leases} keep out a second driver with the same
   * settings.
   */
  static final class UnfinishedTable {

    /**
     * Marks a part that is written.
     *
     * @param files names of its files
     */
    private record Marker(int part, List<String> files) {}

    /** How the folder is laid out, where earlier versions did it otherwise. */
    static final String LAYOUT = "one folder";

    private static final String PARQUET = ".parquet";
    private static final String WRITTEN = "written-";
    private static final int HASH_DIGITS = 16;

    private final FileSystem fs;
    private final Path root;
    private final Path table;
    private final Set<String> expected = new TreeSet<>();
    private boolean finished;

    private UnfinishedTable(FileSystem fs, Path root) {
      this.fs = fs;
      this.root = root;
      this.table = new Path(root, "table");
    }

    /**
     * Returns the unfinished table beside {@code output}.
     *
     * @param sha256 digest of everything that decides the table
     */
    static UnfinishedTable beside(Path output, FileSystem fs, String sha256) {
      String name = "." + output.getName() + ".preparing-" + sha256.substring(0, HASH_DIGITS);
      return new UnfinishedTable(fs, new Path(output.getParent(), name));
    }

    LeaseFolder leases() {
      return new LeaseFolder(root, fs);
    }

    private Path marker(int part) {
      return new Path(root, WRITTEN + String.format(Locale.ROOT, "%05d.json", part));
    }

    boolean isWritten(int part) throws IOException {
      return fs.exists(marker(part));
    }

    /** Returns the folder of all files. */
    Path table() {
      return table;
    }

    /** Writes files. */
    interface Writer {
      /**
       * Adds files to {@link #table}, under names that no other write uses.
       *
       * @return names of those that count
       */
      List<String> write() throws IOException;
    }

    /**
     * Writes a part.
     *
     * @param lease is required before the files count
     */
    void write(int part, Writer writer, TableCommit.Guard lease) throws IOException {
      Set<String> before = parquet(table);
      List<String> files;
      try {
        files = writer.write();
        lease.check();
      } catch (Throwable e) { // a failed job throws one that Scala does not declare
        try {
          keep(before);
        } catch (IOException another) {
          e.addSuppressed(another);
        }
        throw e;
      }
      WholeFile.wroteFirst(fs, marker(part), Json.write(new Marker(part, files)));
    }

    /** Returns the names of the files, sorted. */
    private Set<String> parquet(Path folder) throws IOException {
      Set<String> files = new TreeSet<>();
      if (fs.exists(folder)) {
        for (FileStatus file : fs.listStatus(folder)) {
          if (file.getPath().getName().endsWith(PARQUET)) {
            files.add(file.getPath().getName());
          }
        }
      }
      return files;
    }

    /** Deletes what is in the folder beside the given files. */
    private void keep(Set<String> files) throws IOException {
      if (fs.exists(table)) {
        for (FileStatus file : fs.listStatus(table)) {
          if (!files.contains(file.getPath().getName())) {
            fs.delete(file.getPath(), true);
          }
        }
      }
    }

    /** Leaves only the files of the given parts, which must all be there. */
    void requireOnly(Iterable<QuestionGroups.Part> parts) throws IOException {
      expected.clear();
      for (QuestionGroups.Part part : parts) {
        expected.addAll(read(marker(part.number())).files());
      }
      keep(expected);
      int found = parquet(table).size();
      if (found != expected.size()) {
        throw new Failure(
            String.format(
                Locale.ROOT,
                "Cannot finish the table: %s holds %d files of %d; delete %s and start again",
                table,
                found,
                expected.size(),
                root));
      }
    }

    private Marker read(Path file) throws IOException {
      try (InputStream in = fs.open(file)) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return Json.read(bytes.toString(StandardCharsets.UTF_8), Marker.class);
      } catch (IllegalArgumentException e) {
        throw new Failure(
            String.format(
                Locale.ROOT,
                "Cannot read %s: %s; delete the file, then its part is written again",
                file,
                e.getMessage()));
      }
    }

    /**
     * Renames the table to its final folder, behind {@link #requireOnly}. Deletes what an executor
     * that was lost has begun since: the files of attempts lie in the folder from the first byte.
     */
    void become(Path output) throws IOException {
      if (fs.exists(output) || !fs.rename(table, output)) {
        throw new Failure(
            String.format(
                Locale.ROOT,
                "Cannot rename the table to %s: the folder exists by now; the table is %s",
                output,
                table));
      }
      finished = true;
      for (String file : parquet(output)) {
        if (!expected.contains(file)) {
          fs.delete(new Path(output, file), false);
        }
      }
    }

    /** Removes the folder, unless it holds parts for the next attempt or another driver has it. */
    void tidy() throws IOException {
      if (leases().isFree() && (finished || !hasParts())) {
        fs.delete(root, true);
      }
    }

    private boolean hasParts() throws IOException {
      if (!fs.exists(root)) { // an object store has no empty folders
        return false;
      }
      for (FileStatus file : fs.listStatus(root)) {
        if (file.getPath().getName().startsWith(WRITTEN)) {
          return true;
        }
      }
      return false;
    }
  }
}
