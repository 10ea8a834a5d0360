package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.source.RowSource;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableName;
import io.prumerge.source.TableVersion;
import io.prumerge.store.ColumnSelection;
import io.prumerge.store.Folders;
import io.prumerge.store.NamedTable;
import io.prumerge.store.RowSources;
import io.prumerge.store.SparkData;
import io.prumerge.store.SparkFolders;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/** Rows that Spark reads, and that have the questions of a benchmark. */
public final class TableSource {

  private final FileBenchmark benchmark;
  private final RowSource name;

  private TableSource(FileBenchmark benchmark, RowSource name) {
    this.benchmark = benchmark;
    this.name = name;
  }

  /**
   * Returns the rows among a benchmark's sources; empty if these are files and folders.
   *
   * @throws UsageException if the benchmark reads no tables, or says nothing of the ids of a
   *     catalog's, by which alone its rows have an order
   */
  public static Optional<TableSource> of(Benchmark benchmark, List<String> sources) {
    return RowSources.among(sources).map(name -> of(benchmark, name));
  }

  /**
   * Does the same, and finds folders that Spark wrote, too, as {@link SparkFolders} has them. These
   * are told by their files' states as all folders are.
   */
  public static Optional<TableSource> of(Benchmark benchmark, List<String> sources, Folders folders)
      throws IOException {
    Optional<TableSource> named = of(benchmark, sources);
    return named.isPresent() || !(benchmark instanceof FileBenchmark file)
        ? named
        : file.writtenBySpark(folders.sources(sources, Optional.empty()))
            .map(data -> new TableSource(file, data));
  }

  private static TableSource of(Benchmark benchmark, RowSource name) {
    if (!(benchmark instanceof FileBenchmark file)) {
      throw new UsageException(
          Text.format(
              "Cannot read %s: the benchmark %s is read from its official files; describe a table"
                  + " by a benchmark file of its own",
              name, benchmark.name()));
    }
    if (name instanceof TableName
        && file.file().data().layouts().stream()
            .noneMatch(layout -> layout.columns().id().isPresent())) {
      throw withoutIds(file, name);
    }
    return new TableSource(file, name);
  }

  private static UsageException withoutIds(FileBenchmark benchmark, RowSource name) {
    return new UsageException(
        Text.format(
            "Cannot read %s: %s has no columns.id, and a table's rows have no order but that of"
                + " their ids; name the column there, which is unique and never null",
            name, benchmark.called()));
  }

  /** Returns what the rows are. */
  public RowSource name() {
    return name;
  }

  /**
   * Opens the table at its newest version, as {@link NamedTable#open}. Rows of files are told apart
   * by their places if they have no ids, or leave their pictures there.
   */
  public NamedTable open(SparkSession spark) throws IOException {
    NamedTable table = NamedTable.open(spark, name);
    if (table.leavesPictures()) {
      return table.byPlaces();
    }
    Optional<DataLayout> layout = benchmark.layout(table.fields());
    return layout.isPresent() && layout.get().columns().id().isEmpty() && table.hasPlaces()
        ? table.byPlaces()
        : table;
  }

  /** Opens the table at a version if that is kept, else at the newest, as {@link #open}. */
  public NamedTable open(SparkSession spark, Optional<TableVersion> version) throws IOException {
    return version.isPresent() && version.get().hasVersions() && name instanceof TableName table
        ? NamedTable.open(spark, table, version.get())
        : open(spark);
  }

  /** Returns the version of this table among versions of several tables. */
  public Optional<TableVersion> among(List<TableVersion> versions) {
    return versions.stream().filter(one -> one.table().equals(name.joined())).findFirst();
  }

  /** Writes rows for who does not look at pictures, as {@link #stage}. */
  public StagedTable marked(NamedTable table, Path folder) throws IOException {
    stage(table, ColumnSelection.MARKS, folder);
    return staged(folder, Optional.empty());
  }

  /** Returns the files that {@link #stage} wrote. */
  public StagedTable staged(Path folder, Optional<TableVersion> version) {
    List<String> ids =
        benchmark.file().data().layouts().stream()
            .flatMap(layout -> layout.columns().id().stream())
            .distinct()
            .toList();
    return new StagedTable(name.toString(), ids, folder, version, name.places());
  }

  /** Returns what the benchmark asks of tables. */
  public ColumnSelection columns() {
    Set<String> pictures = new HashSet<>();
    for (DataLayout layout : benchmark.file().data().layouts()) {
      pictures.addAll(layout.columns().images());
      layout.columns().video().map(VideoColumns::name).ifPresent(pictures::add);
    }
    return new ColumnSelection(benchmark.columns(), pictures);
  }

  /**
   * Writes the rows in the order of their ids, or of their places, to files that the benchmark
   * reads; none if the table has none of the benchmark's forms, which whoever reads the files then
   * says.
   *
   * @param table of {@link #open}
   * @param kept as {@link NamedTable#stage} has it
   * @throws io.prumerge.source.DataException if ids are null or not unique, and rows have no places
   */
  public void stage(NamedTable table, UnaryOperator<Column> kept, Path folder) throws IOException {
    Optional<DataLayout> layout = benchmark.layout(table.fields());
    if (layout.isEmpty() && name instanceof SparkData data) {
      throw lacking(table, data);
    }
    if (layout.isEmpty()) {
      table.withoutRows().stage(columns(), Optional.empty(), kept, folder);
      return;
    }
    if (table.hasPlaces()) {
      table.stage(columns(), Optional.empty(), kept, folder);
      return;
    }
    Optional<String> id = layout.get().columns().id();
    if (id.isEmpty()) {
      throw withoutIds(benchmark, name);
    }
    table.requireIds(id.get(), layout.get().columns().split());
    table.stage(columns(), id, kept, folder);
  }

  private RuntimeException lacking(NamedTable table, SparkData data) throws IOException {
    Optional<SparkData> other =
        table
            .advice(fields -> benchmark.layout(fields).isPresent())
            .filter(one -> !one.equals(data));
    return benchmark.refusal(
        List.of(
            Text.format(
                "%s has the columns '%s', and lacks '%s'%s",
                data,
                String.join("', '", table.schema().fieldNames()),
                String.join("', '", benchmark.lacking(table.fields()).stream().sorted().toList()),
                other
                    .map(one -> "; its first lines look like data: " + one)
                    .orElse(
                        "; name them as they are, or give options of Spark's: data: {format: "
                            + data.format()
                            + ", path: PATH, options: {NAME: VALUE}}"))));
  }

  /** Returns what the user is to know of how the rows are read; empty if there is nothing. */
  public Optional<String> remark() {
    return name instanceof SparkData data ? data.remark() : Optional.empty();
  }

  /** Returns a table of which some rows have their pictures, as {@link NamedTable#picturing}. */
  public Optional<NamedTable> picturing(NamedTable table, List<String> ids) {
    return benchmark
        .layout(table.fields())
        .flatMap(layout -> layout.columns().id())
        .flatMap(id -> table.picturing(id, ids));
  }
}
