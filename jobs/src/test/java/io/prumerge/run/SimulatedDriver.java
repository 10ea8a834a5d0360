package io.prumerge.run;

import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeasedWork;
import io.prumerge.store.CatalogTables.CatalogAppend;
import io.prumerge.store.CommitGuard;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Table;
import io.prumerge.store.TableCommit;
import io.prumerge.store.WrittenRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A driver of a run. It does what {@link Evaluate} does, with small files in place of Spark's and
 * the product's own classes for leases, chunks, tables and the catalog.
 */
final class SimulatedDriver extends SteppedDriver {

  static final Path RUN = new Path("memory:///run");
  static final int CHUNKS = 2;
  static final int ROWS = 2;
  static final String ERROR = " error";
  static final String PAGE = "report/report.html";

  private static final List<Table<?>> CATALOG = List.of(Table.PREDICTIONS, Table.RUNS);

  /** What a driver does to a run. */
  enum Work {
    /** Answers all chunks. */
    ANSWER,
    /** Answers all chunks, the last row of each as an error. */
    FAIL,
    /** Asks the errors again. */
    RETRY
  }

  /** How a driver makes its tables visible. */
  enum Tables {
    /** By the product's class. */
    COMMITTED,
    /** Where readers look, as up to 6000bf05. */
    IN_PLACE
  }

  private final Map<Table<?>, List<String>> catalog;
  private final Tables tables;
  private final Work work;

  /**
   * Creates a driver that has not begun.
   *
   * @param catalog the catalog's tables, each a list of rows
   * @param work what it does to the run
   * @param suspensions numbers of the steps before which it is suspended, from 1
   * @param death number of the step before which it is killed; 0: none
   */
  SimulatedDriver(
      MemoryStore store,
      Map<Table<?>, List<String>> catalog,
      Tables tables,
      Work work,
      Set<Integer> suspensions,
      int death) {
    super(store, suspensions, death);
    this.catalog = catalog;
    this.tables = tables;
    this.work = work;
  }

  @Override
  protected void work() throws IOException {
    RunDirectory directory = new RunDirectory(RUN, files);
    directory.state();
    try (DriverLease lease =
        DriverLease.take(
            directory.leases(), holder(), LeasedWork.RUN, LeaseClaim.WITHDRAW, () -> {}, clock())) {
      RunState state = directory.state();
      if (state != RunState.FINISHED
          || work == Work.RETRY && directory.held().errors() > 0
          || directory.hasFewerErrors()) {
        if (state == RunState.ABSENT) {
          directory.begin(
              Manifests.begin(
                  CHUNKS, RunDirectoryTest.ENVIRONMENT, List.of(RunDirectoryTest.CONFIGURATION)));
        }
        answer(directory, lease::check);
        if (work == Work.RETRY) {
          answerAgain(directory, lease::check);
        }
        beat();
        if (tables == Tables.COMMITTED) {
          commit(directory, lease::check);
        } else {
          writeInPlace(directory, lease::check);
        }
      }
      directory.requireWhole();
      if (work != Work.ANSWER) {
        return; // a catalog's rows are never replaced
      }
      CatalogAppend.run(CATALOG, List.of("run"), new MemoryCatalog(directory), lease::check);
    }
  }

  private void answer(RunDirectory directory, CommitGuard lease) throws IOException {
    Set<Integer> committed = directory.markers().keySet();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (!committed.contains(chunk)) {
        Path attempt = directory.attempt(chunk);
        int errors = work == Work.ANSWER ? 0 : 1;
        write(new Path(attempt, part()), rows(chunk, errors));
        beat();
        lease.check();
        directory.commit(chunk, attempt, counts(errors));
      }
    }
  }

  private void answerAgain(RunDirectory directory, CommitGuard lease) throws IOException {
    for (ChunkMarker chunk : directory.markers().values()) {
      if (chunk.counts().errors() > 0) {
        Path attempt = directory.attempt(chunk.chunk());
        write(new Path(attempt, part()), rows(chunk.chunk(), 0));
        beat();
        lease.check();
        directory.commitAgain(chunk, attempt, counts(0));
      }
    }
  }

  private static ChunkCounts counts(int errors) {
    return new ChunkCounts("run", ROWS, errors, ROWS);
  }

  private static List<String> rows(int chunk, int errors) {
    return List.of(
        "chunk " + chunk + " row 0", "chunk " + chunk + " row 1" + (errors == 0 ? "" : ERROR));
  }

  /**
   * Returns the rows that a run's predictions and scores hold.
   *
   * @param errors number of errors in each chunk
   */
  static List<String> allRows(int errors) {
    return IntStream.range(0, CHUNKS)
        .boxed()
        .flatMap(chunk -> rows(chunk, errors).stream())
        .toList();
  }

  private static String part() {
    return "part-" + UUID.randomUUID() + ".parquet";
  }

  private void write(Path file, List<String> lines) throws IOException {
    try (OutputStream out = files.create(file, false)) {
      for (String line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private List<String> read(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileStatus file : files.listStatus(folder)) {
      if (file.getPath().getName().endsWith(".parquet")) {
        try (var in = files.open(file.getPath())) {
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
        }
      }
    }
    return lines;
  }

  private void commit(RunDirectory directory, CommitGuard lease) throws IOException {
    SortedMap<Integer, ChunkMarker> chunks = directory.markers();
    new TableCommit(
            RUN, files, chunks.toString(), lease, table -> read(table).size(), file -> false)
        .commit(attempt -> writeTables(directory, chunks, attempt));
  }

  private WrittenRows writeTables(
      RunDirectory directory, SortedMap<Integer, ChunkMarker> chunks, Path root)
      throws IOException {
    for (ChunkMarker chunk : chunks.values()) {
      write(new Path(root, "predictions/" + part()), read(directory.attempt(chunk)));
    }
    write(new Path(root, "scores/" + part()), read(new Path(root, "predictions")));
    write(new Path(root, "report/runs/" + part()), List.of("run"));
    beat();
    write(new Path(root, PAGE), List.of("report of " + root.getName()));
    long rows = (long) CHUNKS * ROWS;
    return new WrittenRows(
        rows,
        chunks.values().stream().mapToLong(chunk -> chunk.counts().errors()).sum(),
        Map.of("predictions", rows, "scores", rows, "report/runs", 1L),
        Collections.emptySortedMap());
  }

  /** Does what runs did before tables were committed, with Spark's committer. */
  private void writeInPlace(RunDirectory directory, CommitGuard lease) throws IOException {
    lease.check();
    for (String folder : List.of("predictions", "scores", "report")) {
      files.delete(new Path(RUN, folder), true);
    }
    Path temporary = new Path(RUN, "predictions/_temporary/0");
    for (ChunkMarker chunk : directory.markers().values()) {
      write(new Path(temporary, part()), read(directory.attempt(chunk)));
    }
    for (FileStatus task : files.listStatus(temporary)) {
      files.rename(task.getPath(), new Path(RUN, "predictions/" + task.getPath().getName()));
    }
    files.delete(temporary.getParent(), true);
    write(new Path(RUN, "scores/" + part()), read(new Path(RUN, "predictions")));
    write(new Path(RUN, "report/runs/" + part()), List.of("run"));
    write(new Path(RUN, PAGE), List.of("report"));
    lease.check();
    files.create(new Path(RUN, CompleteTables.NAME), true).close();
  }

  /** A catalog: appends are atomic and never refused. */
  private final class MemoryCatalog implements CatalogAppend.Target {

    private final RunDirectory directory;

    MemoryCatalog(RunDirectory directory) {
      this.directory = directory;
    }

    @Override
    public String name(Table<?> table) {
      return "lake.runs." + table.folder();
    }

    @Override
    public Map<String, Long> held(Table<?> table, List<String> runs) {
      next();
      long rows = catalog.get(table).size();
      return rows == 0 ? Map.of() : Map.of("run", rows);
    }

    private List<String> rows(Table<?> table) {
      try {
        return read(new Path(directory.table(table)));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Map<String, Long> given(Table<?> table, List<String> runs) {
      return Map.of("run", (long) rows(table).size());
    }

    @Override
    public void append(Table<?> table, List<String> runs) {
      List<String> rows = rows(table);
      next();
      catalog.get(table).addAll(rows);
    }
  }
}
