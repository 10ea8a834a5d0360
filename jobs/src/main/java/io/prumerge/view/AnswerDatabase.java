package io.prumerge.view;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.source.ParquetFooter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/**
 * The predictions and scores of runs, in DuckDB. It reads their Parquet files where they are, in
 * each query anew, and may open no other file: it loads no extensions, and its settings are locked.
 * Its views are {@code predictions}, as the files have them, and {@code scores}, of the benchmarks'
 * own profiles.
 */
final class AnswerDatabase implements AutoCloseable {

  /** The most memory of all queries together. With Java's own, a viewer needs less than 1 GB. */
  private static final String MEMORY = "600MB";

  /** What DuckDB takes for a pattern of names. It has no other way to write them. */
  static final Pattern PATTERN = Pattern.compile("[*?\\[]");

  private static final String[] VIEWS = {
    "CREATE VIEW predictions AS FROM read_parquet(getvariable('predictions'), union_by_name ="
        + " true)",
    """
    CREATE VIEW scores AS
    SELECT run_id, benchmark, split, method, question_id, parsed, gold, score
    FROM read_parquet(getvariable('scores'))
    WHERE (benchmark || '/' || profile) IN (SELECT unnest(getvariable('profiles')))
    """
  };

  private final DuckDBConnection first;
  private final AnswerTableFiles files;
  private final List<String> ownProfiles;

  /** Makes something of the row that a result is at. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private AnswerDatabase(DuckDBConnection first, AnswerTableFiles files, List<String> ownProfiles) {
    this.first = first;
    this.files = files;
    this.ownProfiles = ownProfiles;
  }

  /**
   * Opens the files.
   *
   * @param benchmarks of the answers
   * @param scratch folder for links, and for what does not fit into memory
   * @throws Failure if one is compressed with Brotli
   */
  static AnswerDatabase open(AnswerTableFiles given, Benchmarks benchmarks, Path scratch)
      throws IOException {
    for (String file : given.all()) {
      requireSafeCodecs(Path.of(file));
    }
    AnswerTableFiles files = given.linked(scratch.resolve("links"));
    Properties settings = new Properties();
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("memory_limit", MEMORY);
    settings.setProperty("temp_directory", scratch.resolve("spill").toString());
    settings.setProperty("preserve_insertion_order", "false");
    try {
      DuckDBConnection connection =
          (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", settings);
      AnswerDatabase database = new AnswerDatabase(connection, files, benchmarks.ownProfiles());
      set(connection, "SET allowed_paths = ?", files.all());
      for (String locked :
          new String[] {"SET enable_external_access = false", "SET lock_configuration = true"}) {
        execute(connection, locked);
      }
      database.name(connection);
      for (String view : VIEWS) {
        execute(connection, view);
      }
      return database;
    } catch (SQLException e) {
      throw failure("Cannot open the runs' tables", e);
    }
  }

  /**
   * Refuses what a crafted file overruns DuckDB's memory with (CVE-2026-111497): DuckDB unpacks by
   * the codec that the footer names.
   */
  private static void requireSafeCodecs(Path file) throws IOException {
    ParquetFooter footer =
        ParquetFooter.read(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration());
    for (BlockMetaData rowGroup : footer.metadata().getBlocks()) {
      for (ColumnChunkMetaData column : rowGroup.getColumns()) {
        if (column.getCodec() == CompressionCodecName.BROTLI) {
          throw new Failure(
              Text.format(
                  "Cannot open %s: its column %s is compressed with BROTLI, which DuckDB unpacks"
                      + " unsafely (CVE-2026-111497); write the file again with zstd or snappy",
                  file, column.getPath().toDotString()));
        }
      }
    }
  }

  /** Gives a connection the names of the files, which views refer to. */
  private void name(Connection connection) throws SQLException {
    set(connection, "SET VARIABLE predictions = ?", files.predictions());
    set(connection, "SET VARIABLE scores = ?", files.scores());
    set(connection, "SET VARIABLE profiles = ?", ownProfiles);
  }

  private static void set(Connection connection, String setting, List<String> values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(setting)) {
      statement.setObject(1, connection.createArrayOf("VARCHAR", values.toArray()));
      statement.execute();
    }
  }

  private static void execute(Connection connection, String constant) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(constant)) {
      statement.execute();
    }
  }

  /** Returns what is read of each row of a result. Several threads may ask at a time. */
  <T> List<T> rows(Query query, RowReader<T> reader) throws IOException {
    try (Connection connection = first.duplicate()) {
      name(connection);
      try (PreparedStatement statement = connection.prepareStatement(query.text())) {
        int place = 0;
        for (Object value : query.values()) {
          statement.setObject(
              ++place,
              value instanceof List<?> list
                  ? connection.createArrayOf("VARCHAR", list.toArray())
                  : value);
        }
        List<T> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            rows.add(reader.read(result));
          }
        }
        return rows;
      }
    } catch (SQLException e) {
      throw failure("Cannot read the runs' tables", e);
    }
  }

  private static Failure failure(String attempted, SQLException problem) {
    String reason = problem.getMessage().lines().findFirst().orElse("");
    return new Failure(Text.format("%s: %s", attempted, reason));
  }

  @Override
  public void close() {
    try {
      first.close();
    } catch (SQLException e) {
      throw failure("Cannot close the runs' tables", e);
    }
  }
}
