package io.prumerge.store;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.conv;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Failure;
import io.prumerge.console.Problems;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.RowSource;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableName;
import io.prumerge.source.TableVersion;
import io.prumerge.spark.FileState;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * A table or a view of a session's catalogs, at one version if it has some, or data that Spark
 * reads by their format. Only executors read the rows.
 */
public final class NamedTable {

  /** Ids in a message. */
  private static final int SHOWN = 3;

  /** Hexadecimal digits of a part of a row's digest, of which sums are exact. */
  private static final int PART = 15;

  private static final int PARTS = 4;

  private static final String ROWS = "rows";

  /** Spark's name for the error that there is none of a name. */
  private static final String NOT_FOUND = "TABLE_OR_VIEW_NOT_FOUND";

  /** What Iceberg names as the snapshot of a table without rows ever. */
  private static final String NO_SNAPSHOT = "none";

  private final RowSource name;
  private final Dataset<Row> rows;
  private final StructType schema;
  private final Optional<TableVersion> version;
  private final Optional<Column> pictured;
  private final List<String> places;
  private final Optional<String> state;

  /**
   * @param schema of the table's own columns
   * @param pictured tells the rows whose pictures are wanted; empty = all
   * @param places further columns that tell where rows lie, in their order; none if nothing does
   * @param state of the files, if rows are told apart by their places; empty = by ids
   */
  private NamedTable(
      RowSource name,
      Dataset<Row> rows,
      StructType schema,
      Optional<TableVersion> version,
      Optional<Column> pictured,
      List<String> places,
      Optional<String> state) {
    this.name = name;
    this.rows = CharColumns.trimmed(rows);
    this.schema = schema;
    this.version = version;
    this.pictured = pictured;
    this.places = List.copyOf(places);
    this.state = state;
  }

  /**
   * Returns rows that have no versions.
   *
   * @param rows with the schema's columns, the places, and {@link StagedTable#UNREADABLE} where
   *     that is known
   * @param places as of the constructor
   */
  static NamedTable of(RowSource name, Dataset<Row> rows, StructType schema, List<String> places) {
    return new NamedTable(
        name, rows, schema, Optional.empty(), Optional.empty(), places, Optional.empty());
  }

  /**
   * Opens a table at its newest version, or data.
   *
   * @throws UsageException if there is none of this name, it is a stream, or the session knows no
   *     such format
   * @throws DataException if it cannot be read whole
   */
  public static NamedTable open(SparkSession spark, RowSource name) {
    return name instanceof TableName table
        ? open(spark, table)
        : SparkDataReader.open(spark, (SparkData) name);
  }

  /**
   * Opens a table at its newest version.
   *
   * @throws UsageException if there is none of this name, or it is a stream
   * @throws DataException if it cannot be read whole
   */
  private static NamedTable open(SparkSession spark, TableName name) {
    try {
      Dataset<Row> rows = spark.table(name.quoted());
      Optional<NamedTable> kept = newest(spark, name).flatMap(one -> found(spark, name, one));
      return kept.isPresent() ? kept.get() : checked(rows, name, Optional.empty());
    } catch (UsageException | DataException e) {
      throw e;
    } catch (Exception e) { // Scala does not declare what it throws
      // Asked only now: Iceberg's catalog says so of a snapshot's name, which it reads, too.
      if (Problems.line(e).contains(NOT_FOUND) && !spark.catalog().tableExists(name.quoted())) {
        throw new UsageException(
            Text.format(
                "Cannot read %s: the session has no such table or view; its catalog is %s, its"
                    + " schema %s, and another catalog needs the settings spark.sql.catalog.NAME",
                name, spark.catalog().currentCatalog(), spark.catalog().currentDatabase()));
      }
      throw new DataException(Text.format("Cannot read %s: %s", name, Problems.line(e)), e);
    }
  }

  /**
   * Opens a table at a version.
   *
   * @param version one that {@link TableVersion#hasVersions is kept}
   * @throws Failure if the table has it no more
   */
  public static NamedTable open(SparkSession spark, TableName name, TableVersion version) {
    return found(spark, name, version)
        .orElseThrow(
            () ->
                new Failure(
                    Text.format(
                        "Cannot read %s as it was when this was begun: it has no %s any more%s;"
                            + " restore that, or begin anew",
                        name, version, newest(spark, name).map(now -> ", but " + now).orElse(""))));
  }

  private static Optional<NamedTable> found(
      SparkSession spark, TableName name, TableVersion version) {
    Dataset<Row> rows;
    try {
      rows =
          spark.sql(
              Text.format(
                  "SELECT * FROM %s VERSION AS OF %s",
                  name.quoted(), Long.parseLong(version.version())));
    } catch (Exception e) { // Scala does not declare what it throws: each format has its own
      return Optional.empty();
    }
    if (!version.schema().isEmpty()) {
      // Spark reads this option by the table's schema of now, whose columns Iceberg finds by ids.
      try {
        rows = spark.read().option(version.kind(), version.version()).table(name.quoted());
        rows.queryExecution().optimizedPlan();
      } catch (IllegalArgumentException e) { // of Iceberg for Spark 4.1, which has no such option
        throw new DataException(
            Text.format(
                "Cannot read %s at %s: this version of Iceberg reads a snapshot by the schema that"
                    + " it was written with alone; write to the table, which makes a snapshot of"
                    + " its schema of now, and begin anew (%s)",
                name, version, Problems.line(e)),
            e);
      }
      if (!hasSchema(rows, version)) {
        return Optional.empty();
      }
    }
    return Optional.of(checked(rows, name, Optional.of(version)));
  }

  private static boolean hasSchema(Dataset<Row> rows, TableVersion version) {
    return IcebergTable.of(rows)
        .filter(table -> table.schema().equals(version.schema()))
        .isPresent();
  }

  private static NamedTable checked(
      Dataset<Row> rows, TableName name, Optional<TableVersion> version) {
    if (rows.isStreaming()) {
      throw new UsageException(
          Text.format(
              "Cannot read %s: it is a stream, which has no last row; write its rows into a table,"
                  + " and name that",
              name));
    }
    SparkInput.requireWhole(rows, name.toString());
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String column : rows.columns()) {
      if (!names.add(column)) {
        throw new DataException(
            Text.format(
                "Cannot read %s: two of its columns are called '%s', but for capitals; name a view"
                    + " that calls one otherwise",
                name, column));
      }
    }
    return new NamedTable(
        name, rows, rows.schema(), version, Optional.empty(), List.of(), Optional.empty());
  }

  /** Returns the newest version of a table; empty if it has none, as a view. */
  private static Optional<TableVersion> newest(SparkSession spark, TableName name) {
    Map<String, String> properties = new HashMap<>();
    try {
      for (Row row : spark.sql("SHOW TBLPROPERTIES " + name.quoted()).collectAsList()) {
        properties.put(row.getString(0), row.getString(1));
      }
      String snapshot = properties.getOrDefault("current-snapshot-id", NO_SNAPSHOT);
      if (!snapshot.equals(NO_SNAPSHOT)) {
        return IcebergTable.of(spark.table(name.quoted()))
            .map(table -> version(name, TableVersion.SNAPSHOT_ID, snapshot, table.changedSchema()));
      }
      if (properties.containsKey("delta.minReaderVersion")) {
        Row last = spark.sql("DESCRIBE HISTORY " + name.quoted() + " LIMIT 1").first();
        return Optional.of(
            version(
                name, TableVersion.VERSION_AS_OF, Long.toString(last.<Long>getAs("version")), ""));
      }
      return Optional.empty();
    } catch (Exception e) { // Scala does not declare what it throws
      if (e instanceof AnalysisException) { // of what has no properties
        return Optional.empty();
      }
      throw e;
    }
  }

  private static TableVersion version(RowSource name, String kind, String version, String schema) {
    return new TableVersion(name.joined(), kind, version, schema);
  }

  /** Returns the version that is read; empty of a table without versions, and of a view. */
  public Optional<TableVersion> version() {
    return version;
  }

  /** Returns the columns with their types. */
  public StructType schema() {
    return schema;
  }

  /** Returns the columns and, as {@code column.field}, the fields of structs and lists of them. */
  public Set<String> fields() {
    return ColumnSelection.fields(schema);
  }

  /** Returns all columns; those of bytes hold pictures. */
  public ColumnSelection columns() {
    return ColumnSelection.all(schema);
  }

  /**
   * Refuses ids that do not tell rows apart.
   *
   * @param id one of the {@link #fields}
   * @param split column of the split that a row is of, in which ids are unique; empty = they are in
   *     the table
   * @throws DataException with examples of them
   */
  public void requireIds(String id, Optional<String> split) {
    Optional<DataType> type = ColumnSelection.type(schema, id);
    if (!type.map(NamedTable::isId).orElse(false)) {
      throw new DataException(
          Text.format(
              "Cannot order %s by its column '%s' of ids: it is %s; ids are texts, whole numbers or"
                  + " times, so name a view that casts it",
              name, id, type.map(DataType::sql).orElse("in a list")));
    }
    List<Column> keys = new ArrayList<>(List.of(column(id).as("id")));
    split.ifPresent(one -> keys.add(column(one).as("split")));
    Dataset<Row> doubtful =
        readable()
            .select(keys.toArray(Column[]::new))
            .groupBy(
                keys.size() == 1
                    ? new Column[] {col("id")}
                    : new Column[] {col("id"), col("split")})
            .agg(count(lit(1)).as("rows"))
            .where("id IS NULL OR rows > 1");
    List<Row> examples =
        reading(() -> doubtful.orderBy(col("id").asc_nulls_first()).limit(SHOWN).collectAsList());
    if (!examples.isEmpty()) {
      throw new DataException(
          Text.format(
              "Cannot read %s: its column '%s' of ids must tell rows apart, but %s%s; name a view"
                  + " of the table with another column of ids",
              name,
              id,
              examples.stream().map(NamedTable::example).collect(Collectors.joining(", ")),
              doubtful.count() > examples.size() ? ", ..." : ""));
    }
  }

  private static String example(Row row) {
    long rows = row.<Long>getAs("rows");
    return row.isNullAt(0)
        ? Texts.count(rows, "row") + (rows == 1 ? " has" : " have") + " none"
        : Text.format(
            "%s have '%s'", Texts.count(rows, "row"), Texts.inLine(row.get(0).toString(), 60));
  }

  private boolean tellsUnreadable() {
    return List.of(rows.columns()).contains(StagedTable.UNREADABLE);
  }

  private Dataset<Row> readable() {
    return tellsUnreadable() ? rows.where(col(StagedTable.UNREADABLE).isNull()) : rows;
  }

  /** Returns whether rows have an order without ids. */
  public boolean hasPlaces() {
    return !places.isEmpty();
  }

  /**
   * Returns whether pictures stay in the rows' files, and are read there: written here, they would
   * be written twice.
   */
  public boolean leavesPictures() {
    return places.contains(StagedTable.ROW);
  }

  /**
   * Returns the same rows, which have no ids, or {@link #leavesPictures leave pictures}: their
   * places tell them apart. Files that were written again are other rows.
   *
   * @throws IOException if the files cannot be looked at
   */
  public NamedTable byPlaces() throws IOException {
    List<String> files = new ArrayList<>();
    for (Path path : files()) {
      files.add(path + "\t" + FileState.of(path.getFileSystem(hadoop()).getFileStatus(path)));
    }
    return new NamedTable(
        name, rows, schema, version, pictured, places, Optional.of(String.join("\n", files)));
  }

  private Configuration hadoop() {
    return rows.sparkSession().sparkContext().hadoopConfiguration();
  }

  /** Returns the files that the rows are read from, by name; none of a table that hides them. */
  private List<Path> files() {
    return Arrays.stream(rows.inputFiles()).map(URI::create).map(Path::new).sorted().toList();
  }

  /**
   * Returns options by which data of a format have columns that they lack as they are read.
   *
   * @param fits tells whether columns are those that are sought
   */
  public Optional<SparkData> advice(Predicate<Collection<String>> fits) throws IOException {
    List<Path> files = files();
    return name instanceof SparkData data && !files.isEmpty()
        ? SparkAdvice.of(data, files.get(0), fits, hadoop())
        : Optional.empty();
  }

  private static boolean isId(DataType type) {
    return type instanceof StringType
        || type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  private Column column(String field) {
    return ColumnSelection.at(schema, field);
  }

  /**
   * Writes the rows to Parquet files whose order is theirs.
   *
   * @param ids column that rows are ordered by that have no {@link #hasPlaces places}; empty = in
   *     the order in which Spark reads them. Others are in the order of their places
   * @param kept what is written in place of a picture's bytes that is not left, as {@link
   *     ColumnSelection#MARKS}
   * @param folder must not exist
   * @throws Failure if this host does not see all that executors wrote there, or the table's schema
   *     was changed meanwhile
   */
  public void stage(
      ColumnSelection columns, Optional<String> ids, UnaryOperator<Column> kept, Path folder)
      throws IOException {
    // Before the sort, so that it moves only what is kept.
    Dataset<Row> selected = selected(columns, kept, places);
    Dataset<Row> ordered =
        hasPlaces()
            ? selected.orderBy(named(places))
            : ids.map(id -> selected.orderBy(ColumnSelection.at(selected.schema(), id)))
                .orElse(selected);
    Dataset<Row> sorted = leavesPictures() ? ordered : ordered.drop(places.toArray(String[]::new));
    Observation written = new Observation();
    reading(
        () -> {
          ImageParquet.write(sorted.observe(written, count(lit(1)).as(ROWS)), folder.toString());
          return folder;
        });
    try {
      StagedFiles.requireRows(
          ((Number) written.getAsJava().get(ROWS)).longValue(), folder, name, hadoop());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("Interrupted while " + name + " was read");
    }
    if (version.filter(one -> !one.schema().isEmpty() && !hasSchema(rows, one)).isPresent()) {
      throw new Failure(
          "The schema of " + name + " was changed while its rows were read; begin again");
    }
  }

  /**
   * Returns the same rows, of which some have their pictures, and the others {@link
   * ColumnSelection#MARKS}.
   *
   * @param id as {@link #requireIds}
   * @param some ids of rows that have pictures, as questions have them
   * @return empty if these are not found, as ids that are times
   */
  public Optional<NamedTable> picturing(String id, List<String> some) {
    String flag = "pictured-" + UUID.randomUUID();
    SparkSession spark = rows.sparkSession();
    Dataset<Row> wanted = spark.createDataset(some, Encoders.STRING()).toDF(flag);
    Column same = column(id).cast(DataTypes.StringType).equalTo(col(TableName.quoted(flag)));
    long found = wanted.join(rows, same, "left_semi").count();
    if (found < some.size()) {
      return Optional.empty();
    }
    return Optional.of(
        new NamedTable(
            name,
            rows.join(wanted, same, "left_outer"),
            schema,
            version,
            Optional.of(col(TableName.quoted(flag)).isNotNull()),
            places,
            state));
  }

  /** Returns a table with the same columns and no row, at the same version. */
  public NamedTable withoutRows() {
    return new NamedTable(name, rows.limit(0), schema, version, pictured, places, state);
  }

  /** Reads rows; says of data what cannot be read, as of a table its catalog's reader does. */
  private <T> T reading(Supplier<T> rows) {
    try {
      return rows.get();
    } catch (Exception e) { // Scala does not declare what it throws
      if (name instanceof SparkData data) {
        throw SparkDataReader.failed(data, e);
      }
      throw e;
    }
  }

  private static Column[] named(List<String> columns) {
    return columns.stream().map(one -> col(TableName.quoted(one))).toArray(Column[]::new);
  }

  /**
   * @param more columns that are kept, too
   */
  private Dataset<Row> selected(
      ColumnSelection columns, UnaryOperator<Column> kept, List<String> more) {
    UnaryOperator<Column> own =
        pictured
            .<UnaryOperator<Column>>map(
                wanted ->
                    bytes ->
                        when(wanted, kept.apply(bytes))
                            .otherwise(ColumnSelection.MARKS.apply(bytes)))
            .orElse(leavesPictures() ? ColumnSelection.MARKS : kept);
    List<Column> all = new ArrayList<>(columns.of(schema, name, own));
    if (tellsUnreadable()) {
      all.add(col(StagedTable.UNREADABLE));
    }
    all.addAll(List.of(named(more)));
    return rows.select(all.toArray(Column[]::new));
  }

  /** Returns what {@link #version} is, or else the digest of what is asked of the table. */
  public TableVersion content(ColumnSelection columns) {
    return version.orElseGet(
        () -> content(columns, selected(columns, ColumnSelection.WHOLE, List.of())));
  }

  /** Returns the digest of the rows in some files that {@link #stage} wrote with whole pictures. */
  public TableVersion content(ColumnSelection columns, SparkSession spark, Path staged) {
    return version.orElseGet(
        () ->
            content(
                columns,
                SparkInput.reader(spark)
                    .parquet(SparkInput.named(staged.toString()))
                    .drop(StagedTable.FILE, StagedTable.ROW)));
  }

  /** Returns digests of rows and, as texts of numbers do not tell them, of their types. */
  private TableVersion content(ColumnSelection columns, Dataset<Row> selected) {
    return version(
        name, TableVersion.CONTENT, digest(selected), Sha256.hex(columns.types(selected.schema())));
  }

  private String digest(Dataset<Row> read) {
    String content = reading(() -> sha256(read));
    return state
        .map(files -> Sha256.hex((content + "\n" + files).getBytes(StandardCharsets.UTF_8)))
        .orElse(content);
  }

  /** Returns a digest of rows, in whatever order: the sums of the parts of each row's. */
  private static String sha256(Dataset<Row> rows) {
    Column digest = sha2(to_json(struct(named(List.of(rows.columns())))), 256);
    Dataset<Row> digests = rows.select(digest.as("digest"));
    Column[] sums = new Column[PARTS];
    for (int part = 0; part < PARTS; part++) {
      sums[part] =
          sum(conv(col("digest").substr(part * PART + 1, PART), 16, 10).cast("decimal(38,0)"));
    }
    return Sha256.hex(
        digests.agg(count(lit(1)), sums).first().toString().getBytes(StandardCharsets.UTF_8));
  }
}
