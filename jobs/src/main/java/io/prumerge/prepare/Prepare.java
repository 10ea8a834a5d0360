package io.prumerge.prepare;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.Work;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.prepare.ExamplesManifest.SplitContents;
import io.prumerge.prepare.QuestionGroups.StagedQuestion;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.spark.RunningSums;
import io.prumerge.store.Folders;
import io.prumerge.store.ImageParquet;
import io.prumerge.store.Table;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
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
      Path assembled = table.assembled(parts);
      ExamplesManifest manifest = ExamplesManifest.of(spark, fs, assembled);
      manifest.write(fs, assembled);
      lease.check();
      table.become(assembled, output);
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
            Long.toString(perPart));
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
          Path attempt = table.attempt(part.number());
          try {
            ImageParquet.write(rows(options, groups, part, images, read), attempt.toString());
          } catch (Exception e) { // a failed job throws one that Scala does not declare
            table.drop(attempt);
            remain(written, parts.size());
            throw e;
          }
          lease.check();
          table.commit(part.number(), attempt);
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
          "%,d images are corrupt, unsupported or too large; their questions will have an error",
          prepared.unreadable());
    }
  }

  /**
   * The table that {@link Prepare} wrote.
   *
   * @param output the table's folder
   * @param images images named by questions, each counted once
   * @param missing images that were not found
   * @param unreadable images that are corrupt, of another format or too large
   */
  public record Prepared(Path output, long images, long questions, long missing, long unreadable) {}

  /**
   * Writes a benchmark's questions to files as they are read, one JSON object per line. The driver
   * holds one question at a time; the executors read the files.
   */
  private static final class QuestionStage implements Closeable {

    /** Questions per file; one task reads each compressed file. */
    private static final long PER_FILE = 50_000;

    /** Number of images by which their folder is found. */
    private static final int SAMPLE = 20;

    private static final int BUFFER_BYTES = 1 << 16;

    /** Escapes everything but ASCII, because a lone surrogate cannot be written as UTF-8. */
    private static final ObjectWriter JSON =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .writerFor(StagedQuestion.class);

    private final FileSystem fs;
    private final Path folder;
    private final MessageDigest digest = Sha256.digest();
    private final Set<String> names = new LinkedHashSet<>();
    private OutputStream out = OutputStream.nullOutputStream();
    private long count;

    /**
     * @param folder must not exist
     */
    QuestionStage(FileSystem fs, Path folder) {
      this.fs = fs;
      this.folder = folder;
    }

    /** Writes the next question. */
    void add(BenchmarkQuestion question) {
      try {
        if (count % PER_FILE == 0) {
          out.close();
          String name = String.format(Locale.ROOT, "%07d.json.gz", count / PER_FILE);
          out = new GZIPOutputStream(fs.create(new Path(folder, name), false), BUFFER_BYTES);
        }
        byte[] line = JSON.writeValueAsBytes(StagedQuestion.of(count, question));
        digest.update(line);
        out.write(line);
        out.write('\n');
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write questions to " + folder, e);
      }
      count++;
      if (names.size() < SAMPLE) {
        question.image().stream()
            .flatMap(place -> place.single().stream())
            .filter(ImagePlace.InFolder.class::isInstance)
            .forEach(image -> names.add(image.id()));
      }
    }

    long count() {
      return count;
    }

    /** Returns the SHA-256 over all questions in their order. */
    String sha256() throws IOException {
      MessageDigest soFar;
      try {
        soFar = (MessageDigest) digest.clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
      }
      return HexFormat.of().formatHex(soFar.digest());
    }

    /** Returns names of the first images that are separate files. */
    List<String> names() {
      return List.copyOf(names);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
