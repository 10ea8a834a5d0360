package io.prumerge.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.checkpoint.Sha256;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The files that examples lie in.
 *
 * @param count how many
 * @param sha256 SHA-256 over their names, sorted: Spark gives every file that it writes another one
 */
record ExampleFiles(int count, String sha256) {

  /** Column with the name of a row's file. */
  static final String COLUMN = "file";

  /** What {@link #COLUMN} is, in rows that come from a file. Spark filters files by it unopened. */
  static final String NAME = "_metadata.file_name";

  /** Of examples that lie in no files of {@code prepare}. */
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
