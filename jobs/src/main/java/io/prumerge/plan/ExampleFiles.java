package io.prumerge.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.checkpoint.Sha256;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The files of an examples table.
 *
 * @param count number of files
 * @param sha256 SHA-256 over their sorted names: Spark gives every file that it writes a new name
 */
public record ExampleFiles(int count, String sha256) {

  /** Column with the name of a row's file; only rows of {@code prepare}'s folders have it. */
  public static final String COLUMN = "file";

  /**
   * Expression of {@link #COLUMN} for rows from a file. Spark filters files by it without opening
   * them.
   */
  static final String NAME = "_metadata.file_name";

  /** For examples that {@code prepare} did not write. */
  static final ExampleFiles NONE = new ExampleFiles(0, "");

  static ExampleFiles of(Dataset<Row> examples) {
    String[] names =
        Arrays.stream(examples.inputFiles())
            .map(file -> new Path(file).getName())
            .sorted()
            .toArray(String[]::new);
    return new ExampleFiles(names.length, Sha256.hex(String.join("\n", names).getBytes(UTF_8)));
  }
}
