package io.prumerge.prepare;

import io.prumerge.console.CodeOrigin;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.RowAccount;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableVersion;
import io.prumerge.spark.RunningSums;
import io.prumerge.store.FolderCommit;
import io.prumerge.store.ImageParquet;
import io.prumerge.store.Table;
import io.prumerge.video.FrameFolders;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * An attempt to make a table of a benchmark's files: questions, their groups, parts with the
 * pictures, and the finished folder.
 *
 * @param source with the rows of a catalog's table, if the questions are in one
 * @param place whose lease is held
 */
record PrepareAttempt(
    SparkSession spark,
    Console console,
    PrepareRequest request,
    SourceFiles source,
    UnfinishedFolder place,
    Path output) {

  /** Images per task: enough to be worth a task, few enough to repeat cheaply. */
  private static final int IMAGES_PER_TASK = 256;

  /** Videos per task, and fewest questions about videos of a part: a row has many pictures. */
  private static final int VIDEOS_PER_TASK = 8;

  private static final long VIDEO_QUESTIONS_PER_PART = 256;

  private static final int MOST_PARTS = 256;

  /**
   * Makes the table, with the parts that an earlier attempt has left of it.
   *
   * @param scratch name of a folder for the questions
   * @param fewest questions of a part
   */
  PreparedTable run(String scratch, long fewest) throws IOException {
    FileSystem fs = fs();
    Path folder = new Path(place.root(), scratch);
    fs.deleteOnExit(folder); // if the driver is stopped
    try {
      return run(fs, folder, fewest);
    } finally {
      fs.delete(folder, true);
      fs.cancelDeleteOnExit(folder);
      if (!UnfinishedTable.hasParts(place.root(), fs)) {
        place.clearIfHeld();
      }
    }
  }

  private PreparedTable run(FileSystem fs, Path scratch, long fewest) throws IOException {
    Path staged = new Path(scratch, "staged");
    QuestionStage questions = read(new QuestionStage(fs, staged));
    ImageFolder images =
        questions.names().isEmpty() ? ImageFolder.NONE : source.imageFolder(questions.names());
    NamedSplit named = NamedSplit.of(request, protocols(questions, images));
    long least = named.frames().isEmpty() ? fewest : Math.min(fewest, VIDEO_QUESTIONS_PER_PART);
    long perPart = Math.max(least, questions.count() / MOST_PARTS);
    String identity =
        PrepareIdentity.sha256(
            options(), named, questions.sha256(), images.path(), Long.toString(perPart), state());
    FolderCommit commit = place.commit();
    if (!commit.finish(identity)) {
      QuestionGroups groups = new QuestionGroups(spark, new Path(scratch, "groups"));
      groups.write(staged, options(), perPart);
      groups.requireUnique();
      PictureNames names = new PictureNames(spark, named);
      names.requireOnePicture(groups.severalPlaces(), images, hadoop());
      if (!named.frames().isEmpty()) {
        names.requireOneRate(staged);
      }
      UnfinishedTable table = new UnfinishedTable(place.root(), fs, identity, place::check);
      List<GroupPart> parts = groups.parts();
      write(table, groups, parts, images, named);
      finish(table, questions.count(), parts, named.frames());
      commit.commit(table.name(), identity, table.counted());
    }
    place.clear(name -> false);
    Optional<ExamplesManifest> manifest = ExamplesManifest.read(fs, output);
    return prepared(
        manifest.isPresent()
            ? manifest.get()
            : ExamplesManifest.of(spark, fs, output, options(), source.leftOut().count()));
  }

  private PrepareOptions options() {
    return request.options();
  }

  private FileSystem fs() throws IOException {
    return output.getFileSystem(source.hadoop());
  }

  private QuestionStage read(QuestionStage questions) throws IOException {
    try (questions) {
      options()
          .benchmark()
          .read(source, options().prompts(), source.leftOut().account().counting(questions::add));
    }
    if (questions.count() == 0) {
      throw new Failure("There are no questions in " + String.join(", ", options().sources()));
    }
    return questions;
  }

  private List<String> protocols(QuestionStage questions, ImageFolder images) throws IOException {
    return new ChosenProtocols(options().frames(), new FrameFolders(images, source.hadoop()))
        .among(questions.videos(), options().benchmark()).stream()
            .map(FrameProtocol::toString)
            .toList();
  }

  /** Writes the manifest of a table all of whose parts are there. */
  private void finish(
      UnfinishedTable table, long staged, List<GroupPart> parts, List<String> frames)
      throws IOException {
    FileSystem fs = fs();
    boolean own = !CodeOrigin.isAdded(options().benchmark().getClass()); // a jar's may say less
    ExamplesManifest manifest;
    do {
      table.requireOnly(parts);
      manifest = ExamplesManifest.of(spark, fs, table.table(), options(), source.leftOut().count());
      manifest =
          manifest.with(
              counts(table.table(), staged, GroupCounts.of(parts))
                  .closed(own, staged, options().limit(), manifest.contents()),
              source.table().flatMap(StagedTable::version).stream().toList(),
              frames.isEmpty()
                  ? List.of()
                  : List.of(VideoContents.of(spark, table.table(), frames, options().frames())));
    } while (!table.hasOnly()); // a task that was given up has begun a file meanwhile
    manifest.write(fs, table.table());
    TableBenchmark.write(fs, table.table(), options().benchmark());
  }

  private ExampleCounts counts(Path table, long staged, GroupCounts asked) {
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
  private String state() throws IOException {
    String own = output.getParent() + "/." + output.getName() + ".";
    return source.states(file -> file.toString().startsWith(own)).sha256()
        + source.table().flatMap(StagedTable::version).map(TableVersion::toString).orElse("");
  }

  @SuppressWarnings("try") // the phase asks for the count by itself
  private void write(
      UnfinishedTable table,
      QuestionGroups groups,
      List<GroupPart> parts,
      ImageFolder images,
      NamedSplit named)
      throws IOException {
    Set<Integer> there = table.written();
    if (there.isEmpty() && table.hasFormer()) {
      console.warn(
          "Another version of this program has begun to prepare %s: its parts are not used, and all"
              + " are written anew",
          output);
    }
    String things = named.frames().isEmpty() ? "images" : "videos";
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
                Text.format("Reading the %s of %s", things, named.benchmark()),
                things,
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
                        rows(groups.of(part, tasks(part, named)), images, named, read),
                        table.table().toString(),
                        table.name(),
                        !named.frames().isEmpty()));
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

  private static int tasks(GroupPart part, NamedSplit named) {
    int perTask = named.frames().isEmpty() ? IMAGES_PER_TASK : VIDEOS_PER_TASK;
    return Math.toIntExact((part.images() + perTask - 1) / perTask);
  }

  private Dataset<Row> rows(
      Dataset<Row> groups, ImageFolder images, NamedSplit named, LongAccumulator read) {
    Broadcast<SerializableConfiguration> hadoop = hadoop();
    return groups.mapPartitions(
        (MapPartitionsFunction<Row, Row>)
            rows -> ImageRows.read(rows, named, images, hadoop.value().value(), read),
        Encoders.row(Table.EXAMPLES.schema()));
  }

  private Broadcast<SerializableConfiguration> hadoop() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
  }

  private PreparedTable prepared(ExamplesManifest manifest) {
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
}
