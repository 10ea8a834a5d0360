package io.prumerge.view;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;
import org.duckdb.DuckDBDriver;

/**
 * The folder of a finished run of POPE under the methods {@code none} and {@code prumerge}, with
 * answers that no model gave, and a table of examples beside it.
 */
final class WrittenRun {

  static final String MODEL = "llava";

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final byte[] PICTURE =
      PngWriter.write(new RgbImage(24, 24, new byte[3 * 24 * 24]));

  private final Path folder;
  private final Connection connection;

  /** Begins a run with nothing asked. */
  WrittenRun(Path folder) throws Exception {
    this.folder = folder;
    connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
    create(Table.PREDICTIONS);
    create(Table.SCORES);
    execute(
        "CREATE TABLE examples (benchmark VARCHAR, split VARCHAR, image_id VARCHAR, image BLOB,"
            + " image_sha256 VARCHAR)");
    execute(
        "INSERT INTO examples VALUES ('pope', 'test', 'picture.png', ?, ?)",
        PICTURE,
        Sha256.hex(Sha256.of(PICTURE)));
  }

  private void create(Table table) throws SQLException {
    execute("CREATE TABLE " + table.folder() + " (" + columns(table.schema()) + ")");
  }

  private static String columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> '"' + field.name() + "\" " + type(field.dataType().sql()))
        .collect(Collectors.joining(", "));
  }

  private static String type(String sql) {
    return sql.replaceFirst("ARRAY<(\\w+)>", "$1[]");
  }

  private void execute(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  /**
   * Adds an answer, which is right if it is {@code yes}.
   *
   * @param answer an error if it has a colon
   */
  WrittenRun answer(String question, String prompt, String method, String answer, int tokens)
      throws SQLException {
    boolean error = answer.contains(": ");
    execute(
        """
        INSERT INTO predictions BY NAME
        SELECT 'run-1' AS run_id, 'llava' AS model, 'pope' AS benchmark, 'test' AS split,
          ? AS method, 'picture.png' AS image_id, ? AS image_sha256, ? AS question_id,
          'random' AS category, ? AS prompt, ? AS answer, ? AS error, 144 AS visual_tokens_before,
          ? AS visual_tokens_after, 2.5 AS ms_prefill, 3.5 AS ms_decode,
          if(? = 'none', NULL, [0, 143]) AS kept_indices
        """,
        method,
        Sha256.hex(Sha256.of(PICTURE)),
        question,
        prompt,
        error ? null : answer,
        error ? answer : null,
        tokens,
        method);
    for (String profile : List.of("official", "other")) {
      execute(
          """
          INSERT INTO scores BY NAME
          SELECT 'run-1' AS run_id, 'pope' AS benchmark, 'test' AS split, ? AS method,
            ? AS question_id, ? AS profile, ? AS parsed, 'yes' AS gold, ?::DOUBLE AS score
          """,
          method,
          question,
          profile,
          error ? null : answer,
          profile.equals("official") && answer.equals("yes") ? 1.0 : 0.0);
    }
    return this;
  }

  /** Writes all files, and returns the run's folder. */
  Path write() throws IOException, SQLException {
    Path run = folder.resolve("run [1]");
    for (String table : List.of("predictions", "scores")) {
      Files.createDirectories(run.resolve(table));
      execute("COPY " + table + " TO '" + run.resolve(table).resolve("part-0.parquet") + "'");
    }
    Path examples = Files.createDirectories(folder.resolve("examples"));
    execute("COPY examples TO '" + examples.resolve("part-0.parquet") + "'");
    Files.writeString(
        run.resolve("manifest.json"),
        Files.readString(ROOT.resolve("jobs/src/test/resources/runs/format-1/run/manifest.json"))
            .replace("20261122-101050-662c16f4", "run-1")
            .replace("/srv/prumerge/model", "/srv/prumerge/" + MODEL)
            .replace("file:/srv/prumerge/examples", examples.toUri().toString()));
    Files.createFile(run.resolve("_COMPLETE"));
    return run;
  }
}
