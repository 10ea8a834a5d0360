package io.prumerge.view;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.settings.ModelFileHashes;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;
import org.duckdb.DuckDBDriver;

/**
 * The folder of a finished run under the methods {@code none} and {@code prumerge}, with answers
 * that no model gave, and a table of examples next to it.
 */
final class WrittenRun {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final int WIDTH = 48;
  private static final int HEIGHT = 24;
  private static final byte[] PICTURE =
      PngWriter.write(new RgbImage(WIDTH, HEIGHT, new byte[3 * WIDTH * HEIGHT]));
  private static final Patches SQUARE = new Patches(144, List.of(0, 143));

  private final Path folder;
  private final Names names;
  private final Connection connection;
  private final Map<String, String> manifest = new LinkedHashMap<>();

  /** What things are called. */
  record Names(String model, String benchmark, String category, String picture) {
    static final Names USUAL = new Names("llava", "pope", "random", "picture.png");
  }

  /**
   * The patches of a picture.
   *
   * @param kept under {@code prumerge}
   */
  record Patches(int all, List<Integer> kept) {
    Patches {
      kept = List.copyOf(kept);
    }
  }

  /** Begins a run of POPE with nothing asked, of a model that is gone. */
  WrittenRun(Path folder) throws Exception {
    this(folder, Names.USUAL);
  }

  /** Begins a run with nothing asked. */
  WrittenRun(Path folder, Names names) throws Exception {
    this.folder = folder;
    this.names = names;
    connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
    create(Table.PREDICTIONS);
    create(Table.SCORES);
    execute(
        "CREATE TABLE examples (benchmark VARCHAR, split VARCHAR, image_id VARCHAR, image BLOB,"
            + " image_sha256 VARCHAR)");
    execute(
        "INSERT INTO examples VALUES (?, 'test', ?, ?, ?)",
        names.benchmark(),
        names.picture(),
        PICTURE,
        Sha256.hex(Sha256.of(PICTURE)));
    manifest("20261122-101050-662c16f4", "run-1");
    manifest("/srv/prumerge/model", "/srv/prumerge/" + names.model());
    manifest("file:/srv/prumerge/examples", folder.resolve("examples").toUri().toString());
  }

  private void manifest(String usual, String here) {
    manifest.put(Json.write(usual), Json.write(here));
  }

  /** Lets the run be one of a model that is here, which sees images in tiles. */
  WrittenRun tiled(Path model) throws IOException {
    manifest("/srv/prumerge/" + names.model(), model.toString());
    manifest("crop", "anyres");
    manifest(
        "599b93d08670b391826fb981e558ab3e7013afe5f642b4b44a260b7da0d5cf4c",
        ModelFileHashes.settings(ModelFolders.of(model)));
    return this;
  }

  private void create(Table<?> table) throws SQLException {
    execute("CREATE TABLE " + table.folder() + " (" + columns(table.schema()) + ")");
  }

  private static String columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> '"' + field.name() + "\" " + type(field.dataType().sql()))
        .collect(Collectors.joining(", "));
  }

  private static String type(String sql) {
    return sql.replaceFirst("ARRAY<(\\w+)>", "$1[]").replaceFirst("MAP<(.+)>", "MAP($1)");
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
    return answer(question, prompt, method, answer, tokens, SQUARE);
  }

  /** Adds an answer about a picture of other patches. */
  WrittenRun answer(
      String question, String prompt, String method, String answer, int tokens, Patches patches)
      throws SQLException {
    boolean error = answer.contains(": ");
    execute(
        """
        INSERT INTO predictions BY NAME
        SELECT 'run-1' AS run_id, ? AS model, ? AS benchmark, 'test' AS split, ? AS method,
          ? AS image_id, ? AS image_sha256, ? AS question_id, ? AS category, ? AS prompt,
          ? AS answer, ? AS error, ? AS visual_tokens_before, ? AS visual_tokens_after,
          2.5 AS ms_prefill, 3.5 AS ms_decode, ?::INT[] AS kept_indices
        """,
        names.model(),
        names.benchmark(),
        method,
        names.picture(),
        Sha256.hex(Sha256.of(PICTURE)),
        question,
        names.category(),
        prompt,
        error ? null : answer,
        error ? answer : null,
        patches.all(),
        tokens,
        method.equals("none") ? null : patches.kept().toString());
    for (String profile : List.of("official", "other")) {
      execute(
          """
          INSERT INTO scores BY NAME
          SELECT 'run-1' AS run_id, ? AS benchmark, 'test' AS split, ? AS method,
            ? AS question_id, ? AS profile, ? AS parsed, 'yes' AS gold, ?::DOUBLE AS score
          """,
          names.benchmark(),
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
    String text =
        Files.readString(ROOT.resolve("jobs/src/test/resources/runs/format-1/run/manifest.json"));
    for (Map.Entry<String, String> value : manifest.entrySet()) {
      text = text.replace(value.getKey(), value.getValue());
    }
    Files.writeString(run.resolve("manifest.json"), text);
    Files.createFile(run.resolve("_COMPLETE"));
    return run;
  }
}
