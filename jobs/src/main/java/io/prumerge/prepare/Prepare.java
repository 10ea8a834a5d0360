package io.prumerge.prepare;

import static org.apache.spark.sql.functions.min;

import io.prumerge.benchmark.file.AddedJars;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.CodeOrigin;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.RowAccount;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableVersion;
import io.prumerge.spark.RunningSums;
import io.prumerge.store.FolderCommit;
import io.prumerge.store.Folders;
import io.prumerge.store.ImageParquet;
import io.prumerge.store.Table;
import io.prumerge.video.FrameFolders;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
 * were written are kept and used by the next attempt. The table is written next to the output
 * folder and renamed at the end.
 */
public final class Prepare {

  /** Images per task: enough to be worth a task, few enough to repeat cheaply. */
  private static final int IMAGES_PER_TASK = 256;

  /** Fewest questions of a part, which is lost if it fails. */
  static final long QUESTIONS_PER_PART = 1 << 16;

  /** Videos per task, and fewest questions about videos of a part: a row has many pictures. */
  private static final int VIDEOS_PER_TASK = 8;

  private static final long VIDEO_QUESTIONS_PER_PART = 256;

  private static final int MOST_PARTS = 256;
  private static final String IMAGES = "images";
  private static final String VIDEOS = "videos";
  private static final String DOING = "preparing";
  private static final String SCRATCH = "questions-";

  private final SparkSession spark;
  private final Console console;
  private final long questionsPerPart;
  private final boolean headersOnly;

  public Prepare(SparkSession spark, Console console) {
    this(spark, console, QUESTIONS_PER_PART);
  }

  Prepare(SparkSession spark, Console console, long questionsPerPart) {
    this(spark, console, questionsPerPart, false);
  }

  private Prepare(SparkSession spark, Console console, long questionsPerPart, boolean headersOnly) {
    this.spark = spark;
    this.console = console;
    this.questionsPerPart = questionsPerPart;
    this.headersOnly = headersOnly;
  }

  /**
   * Returns one whose tables are for plans only: of pictures that can be used it reads the headers,
   * and keeps the sizes in place of the pictures.
   */
  public static Prepare ofHeaders(SparkSession spark, Console console) {
    return new Prepare(spark, console, QUESTIONS_PER_PART, true);
  }

  /** Returns whether a table is there, and no driver was killed while it moved it. */
  public static boolean isThere(Path table, FileSystem fs) throws IOException {
    return fs.exists(table) && !UnfinishedFolder.beside(table, DOING, fs).commit().isDecided();
  }

  /** Writes the table and returns its counts. */
  public PreparedTable run(PrepareOptions options) throws IOException {
    return run(options, Optional.empty());
  }

  /**
   * Does the same.
   *
   * @param version of the table of a catalog that the questions come from; empty = the newest, or
   *     that of an attempt before
   */
  public PreparedTable run(PrepareOptions options, Optional<TableVersion> version)
      throws IOException {
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
                  new TableStage(spark, console, table.get(), options, files, headersOnly, place)
                      .made(version));
      PreparedTable prepared =
          console.during(
              "Preparing " + options.benchmark().name(),
              spark.sparkContext(),
              () -> run(options, source, place, output));
      report(options, prepared);
      source.notes().forEach(note -> console.warn("%s", note));
      table.flatMap(TableSource::remark).ifPresent(remark -> console.warn("%s", remark));
      boolean ofUser = options.benchmark().definition().isPresent(); // who can mend each row
      (ofUser ? source.leftOut().warnings().stream() : source.leftOut().warning().stream())
          .forEach(warning -> console.warn("%s", warning));
      return prepared;
    }
  }

  private PreparedTable run(
      PrepareOptions options, SourceFiles source, UnfinishedFolder place, Path output)
      throws IOException {
    FileSystem fs = output.getFileSystem(source.hadoop());
    Path scratch = new Path(place.root(), SCRATCH + UUID.randomUUID());
    fs.deleteOnExit(scratch); // if the driver is stopped
    try {
      return run(options, source, fs, scratch, place, output);
    } finally {
      fs.delete(scratch, true);
      fs.cancelDeleteOnExit(scratch);
      if (!UnfinishedTable.hasParts(place.root(), fs)) {
        place.clearIfHeld();
      }
    }
  }

  private PreparedTable run(
      PrepareOptions options,
      SourceFiles source,
      FileSystem fs,
      Path scratch,
      UnfinishedFolder place,
      Path output)
      throws IOException {
    Path staged = new Path(scratch, "staged");
    QuestionStage questions = new QuestionStage(fs, staged);
    try (questions) {
      options
          .benchmark()
          .read(source, options.prompts(), source.leftOut().account().counting(questions::add));
    }
    if (questions.count() == 0) {
      throw new Failure("There are no questions in " + String.join(", ", options.sources()));
    }
    ImageFolder images =
        questions.names().isEmpty() ? ImageFolder.NONE : source.imageFolder(questions.names());
    List<String> frames =
        new ChosenProtocols(options.frames(), new FrameFolders(images, source.hadoop()))
            .among(questions.videos(), options.benchmark()).stream()
                .map(FrameProtocol::toString)
                .toList();
    long fewest =
        frames.isEmpty() ? questionsPerPart : Math.min(questionsPerPart, VIDEO_QUESTIONS_PER_PART);
    long perPart = Math.max(fewest, questions.count() / MOST_PARTS);
    String identity = identity(options, questions, images, frames, perPart, state(source, output));
    FolderCommit commit = place.commit();
    if (!commit.finish(identity)) {
      QuestionGroups groups = new QuestionGroups(spark, new Path(scratch, "groups"));
      groups.write(staged, options, perPart);
      groups.requireUnique();
      PictureNames names = new PictureNames(spark, named(options, frames));
      names.requireOnePicture(groups.severalPlaces(), images, hadoop());
      if (!frames.isEmpty()) {
        names.requireOneRate(staged);
      }
      UnfinishedTable table = new UnfinishedTable(place.root(), fs, identity, place::check);
      List<GroupPart> parts = groups.parts();
      write(options, groups, parts, images, frames, table);
      finish(table, options, questions.count(), parts, frames, source);
      commit.commit(table.name(), identity, table.counted());
    }
    place.clear(name -> false);
    Optional<ExamplesManifest> manifest = ExamplesManifest.read(fs, output);
    return prepared(
        manifest.isPresent()
            ? manifest.get()
            : ExamplesManifest.of(spark, fs, output, options, source.leftOut().count()),
        output);
  }

  /** Writes the manifest of a table all of whose parts are there. */
  private void finish(
      UnfinishedTable table,
      PrepareOptions options,
      long staged,
      List<GroupPart> parts,
      List<String> frames,
      SourceFiles source)
      throws IOException {
    FileSystem fs = table.table().getFileSystem(source.hadoop());
    boolean own = !CodeOrigin.isAdded(options.benchmark().getClass()); // a jar's may say less
    ExamplesManifest manifest;
    do {
      table.requireOnly(parts);
      manifest = ExamplesManifest.of(spark, fs, table.table(), options, source.leftOut().count());
      manifest =
          manifest.with(
              counts(table.table(), staged, GroupCounts.of(parts), source)
                  .closed(own, staged, options.limit(), manifest.contents()),
              source.table().flatMap(StagedTable::version).stream().toList(),
              frames.isEmpty()
                  ? List.of()
                  : List.of(VideoContents.of(spark, table.table(), frames, options.frames())));
    } while (!table.hasOnly()); // a task that was given up has begun a file meanwhile
    manifest.write(fs, table.table());
    TableBenchmark.write(fs, table.table(), options.benchmark());
  }

  private ExampleCounts counts(Path table, long staged, GroupCounts asked, SourceFiles source) {
    RowAccount rows = source.leftOut().account();
    return new ExampleCounts(
        rows.counts(),
        rows.questions(),
        staged - asked.questions(),
        asked.withoutPicture(),
        PictureFaults.of(spark, table).counts(asked.pictures()),
        rows.sides());
  }

  /**
   * Returns the state of all files that images may lie in, which need not have its own name, and
   * the version of a table whose pictures stayed in its files.
   */
  private static String state(SourceFiles source, Path output) throws IOException {
    String own = output.getParent() + "/." + output.getName() + ".";
    return source.states(file -> file.toString().startsWith(own)).sha256()
        + source.table().flatMap(StagedTable::version).map(TableVersion::toString).orElse("");
  }

  /**
   * Returns a digest of everything that decides the output. Runs with equal digests share parts.
   */
  private String identity(
      PrepareOptions options,
      QuestionStage questions,
      ImageFolder images,
      List<String> frames,
      long perPart,
      String state)
      throws IOException {
    String all =
        String.join(
            "\n",
            AddedJars.reading(options.benchmark()),
            options.benchmark().name(),
            options.benchmark().definition().orElse(""),
            options.splitName(),
            options.limit().toString(),
            options.order().toString(),
            Boolean.toString(headersOnly),
            questions.sha256(),
            images.path(),
            String.join(" ", frames),
            options.frames().sourceFps().toString(),
            Long.toString(perPart),
            state);
    return Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
  }

  @SuppressWarnings("try") // the phase asks for the count by itself
  private void write(
      PrepareOptions options,
      QuestionGroups groups,
      List<GroupPart> parts,
      ImageFolder images,
      List<String> frames,
      UnfinishedTable table)
      throws IOException {
    Set<Integer> there = table.written();
    long all = 0;
    long before = 0;
    for (GroupPart part : parts) {
      all += part.images();
      before += there.contains(part.number()) ? part.images() : 0;
    }
    LongAccumulator read = spark.sparkContext().longAccumulator("images read");
    int written = 0;
    try (RunningSums sums = new RunningSums(spark.sparkContext(), List.of(read));
        Phase phase =
            console.counted(
                Text.format(
                    "Reading the %s of %s",
                    frames.isEmpty() ? IMAGES : VIDEOS, options.benchmark().name()),
                frames.isEmpty() ? IMAGES : VIDEOS,
                new Work(before),
                new Work(all),
                () -> new Work((long) sums.now()[0]),
                () -> "")) {
      for (GroupPart part : parts) {
        if (!there.contains(part.number())) {
          try {
            table.write(
                part.number(),
                () ->
                    ImageParquet.append(
                        rows(options, groups, part, images, frames, read),
                        table.table().toString(),
                        table.name(),
                        !frames.isEmpty()));
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
      GroupPart part,
      ImageFolder images,
      List<String> frames,
      LongAccumulator read) {
    Broadcast<SerializableConfiguration> hadoop = hadoop();
    NamedSplit named = named(options, frames);
    int perTask = frames.isEmpty() ? IMAGES_PER_TASK : VIDEOS_PER_TASK;
    int tasks = Math.toIntExact((part.images() + perTask - 1) / perTask);
    return groups
        .of(part, tasks)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                rows -> ImageRows.read(rows, named, images, hadoop.value().value(), read),
            Encoders.row(Table.EXAMPLES.schema()));
  }

  private Broadcast<SerializableConfiguration> hadoop() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
  }

  private NamedSplit named(PrepareOptions options, List<String> frames) {
    return new NamedSplit(
        options.benchmark().name(),
        options.splitName(),
        options.benchmark().needsImageSize(),
        options.benchmark().turnsPictures(),
        headersOnly,
        frames,
        options.frames().sourceFps().isPresent()
            ? options.frames().sourceFps().getAsDouble()
            : null);
  }

  private static PreparedTable prepared(ExamplesManifest manifest, Path output) {
    List<SplitContents> contents = manifest.contents();
    return new PreparedTable(
        output,
        contents.stream().mapToLong(SplitContents::images).sum(),
        contents.stream().mapToLong(SplitContents::differentImages).sum(),
        contents.stream().mapToLong(part -> part.questions() + part.textQuestions()).sum(),
        manifest.missingImages(),
        manifest.unreadableImages(),
        manifest.leftOutRows(),
        manifest.counted(),
        manifest.videos().stream().findFirst());
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
