package io.prumerge.prepare;

import static org.apache.spark.sql.functions.udf;

import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableVersion;
import io.prumerge.store.ColumnSelection;
import io.prumerge.store.Json;
import io.prumerge.store.NamedTable;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * The rows of a catalog's table in files next to a table that is prepared from them. A later
 * attempt takes the files of an earlier one, and so the version that the first attempt found.
 *
 * @param files folders of pictures that the table names
 * @param place whose lease is held
 */
record TableStage(
    SparkSession spark,
    Console console,
    TableSource source,
    PrepareRequest request,
    SourceFiles files,
    UnfinishedFolder place) {

  /**
   * Says what files are, and that all are there.
   *
   * @param sha256 of what was asked of the table
   */
  private record Marker(String sha256, TableVersion version) {}

  private static final String FOLDER = "table-";

  /** Spark ignores files whose names begin with an underscore. */
  private static final String MARKER = "_version.json";

  private FileSystem fs() throws IOException {
    return place.root().getFileSystem(spark.sparkContext().hadoopConfiguration());
  }

  private PrepareOptions options() {
    return request.options();
  }

  private String sha256() {
    return PrepareIdentity.sha256(
        options(),
        NamedSplit.of(request, List.of()),
        options().prompts().name(),
        source.name().toString());
  }

  /**
   * Returns the files, after writing them if there are none of the version.
   *
   * @throws Failure if a version is asked for, and the table has it no more
   */
  StagedTable made() throws IOException {
    Optional<StagedTable> before = before();
    if (before.isPresent()) {
      return before.get();
    }
    Path folder = new Path(place.root(), FOLDER + UUID.randomUUID());
    boolean whole = false;
    try {
      StagedTable written = written(folder);
      whole = true;
      return written;
    } finally {
      if (!whole) {
        fs().delete(folder, true);
      }
    }
  }

  private StagedTable written(Path folder) throws IOException {
    NamedTable table = source.open(spark, request.version());
    boolean whole = options().limit().isEmpty() && !request.headersOnly();
    // The digest of whole pictures is taken of the files that have them, or else of the table.
    Optional<TableVersion> before =
        whole || request.version().isPresent()
            ? request.version()
            : Optional.of(table.content(source.columns()));
    console.during(
        "Reading " + source.name(),
        spark.sparkContext(),
        () -> {
          source.stage(
              options().limit().isPresent() && !table.leavesPictures() ? limited(table) : table,
              request.headersOnly() ? TableStage::header : ColumnSelection.WHOLE,
              folder);
          return folder;
        });
    TableVersion read =
        whole ? table.content(source.columns(), spark, folder) : table.content(source.columns());
    if (!read.isStill(before.orElse(read))) {
      throw new Failure(
          Text.format(
              "Cannot use %s: its rows are others than when they were looked at before (%s, now"
                  + " %s): it is changed meanwhile, or is a view with other rows each time; write"
                  + " them into a table, and name that",
              source.name(), before.orElse(read), read));
    }
    place.check();
    WholeFile.wroteFirst(fs(), new Path(folder, MARKER), Json.write(new Marker(sha256(), read)));
    return source.staged(folder, Optional.of(read));
  }

  private static Column header(Column picture) {
    return udf((UDF1<byte[], byte[]>) RowPictures::planned, DataTypes.BinaryType).apply(picture);
  }

  /** Returns the table with the pictures of those rows only that a limit leaves. */
  private NamedTable limited(NamedTable table) throws IOException {
    Path scratch = new Path(place.root(), FOLDER + UUID.randomUUID());
    fs().deleteOnExit(scratch); // if the driver is stopped
    try {
      List<String> chosen = chosen(table, scratch);
      return source.picturing(table, chosen).orElse(table);
    } finally {
      fs().delete(scratch, true);
      fs().cancelDeleteOnExit(scratch);
    }
  }

  /** Returns the ids of the questions that the limit leaves, by a look at all without pictures. */
  private List<String> chosen(NamedTable table, Path scratch) throws IOException {
    StagedTable marked = source.marked(table, new Path(scratch, "marked"));
    Path lines = new Path(scratch, "lines");
    QuestionStage questions = new QuestionStage(fs(), lines);
    try (questions) {
      options().benchmark().read(files.with(marked), options().prompts(), questions::add);
    }
    if (questions.count() == 0) {
      return List.of();
    }
    QuestionGroups groups = new QuestionGroups(spark, new Path(scratch, "groups"));
    groups.write(lines, options(), Long.MAX_VALUE);
    return groups.ids();
  }

  /** Returns the files of an earlier attempt; deletes those that nobody can use. */
  private Optional<StagedTable> before() throws IOException {
    Optional<StagedTable> found = Optional.empty();
    for (FileStatus file : fs().listStatus(place.root())) {
      Path folder = file.getPath();
      if (!folder.getName().startsWith(FOLDER)) {
        continue;
      }
      Optional<TableVersion> staged = staged(folder);
      if (found.isEmpty() && staged.isPresent() && isUsable(staged.get())) {
        found = Optional.of(source.staged(folder, staged));
      } else {
        place.check();
        fs().delete(folder, true);
      }
    }
    return found;
  }

  /** Returns the version in a folder; empty if not all files are there, or they are of others. */
  private Optional<TableVersion> staged(Path folder) throws IOException {
    Path file = new Path(folder, MARKER);
    if (!fs().exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = fs().open(file)) {
      Marker marker =
          Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), Marker.class);
      return Optional.of(marker).filter(one -> one.sha256().equals(sha256())).map(Marker::version);
    }
  }

  /** Returns whether a version may be used: what has none must not have changed. */
  private boolean isUsable(TableVersion staged) throws IOException {
    if (request.version().isPresent() || staged.hasVersions()) {
      return staged.isStill(request.version().orElse(staged));
    }
    boolean same = source.open(spark).content(source.columns()).isStill(staged);
    if (!same) {
      console.warn(
          "%s has changed since an earlier attempt to prepare it, which is begun anew",
          source.name());
    }
    return same;
  }
}
