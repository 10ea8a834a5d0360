package io.prumerge.source;

import io.prumerge.benchmark.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The readers of Parquet files, for tests of other packages. */
public final class ParquetReading {

  private static final Configuration HADOOP = new Configuration();

  private ParquetReading() {}

  /**
   * Reads all rows of a file with the columns {@code text}, {@code number}, {@code texts}, {@code
   * structs} with an {@code answer}, {@code struct} with a {@code type}, and {@code image}.
   */
  public static void table(Path file) throws IOException {
    Set<String> columns = Set.of("text", "number", "texts", "structs", "struct", "image");
    for (HuggingFaceTable table : HuggingFaceTable.all(Reading.source(file))) {
      table.read(columns, Set.of(), ParquetReading::row);
    }
  }

  private static void row(HuggingFaceRow row) {
    row.id("number");
    row.optionalText("text");
    row.optionalInteger("number");
    row.texts("texts");
    row.structs("structs").forEach(struct -> struct.optionalText("answer"));
    row.struct("struct").ifPresent(struct -> struct.optionalText("type"));
    row.place("image", "x", 0);
  }

  /** Reads the column {@code image} of the first rows of a file. */
  public static void images(Path file, int rows) throws IOException {
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1000, HADOOP)) {
      for (int row = 0; row < rows; row++) {
        reader.read(new ImagePlace.ParquetCell("x", file.toUri().toString(), row, "image", 0));
      }
    }
  }
}
