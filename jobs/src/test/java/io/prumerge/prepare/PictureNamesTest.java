package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.source.DataException;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that give pictures inside them one name. */
@Tag("spark")
class PictureNamesTest {

  @TempDir private Path folder;

  private int tables;

  private static String picture(int number) {
    byte[] rgb = new byte[3 * 6 * 4];
    Arrays.fill(rgb, (byte) number);
    return Base64.getEncoder().encodeToString(PngWriter.write(new RgbImage(6, 4, rgb)));
  }

  private List<ExampleRow> prepared(String data, String columns) throws IOException {
    Path yaml =
        Files.writeString(
            folder.resolve("x.yaml"),
            "name: docs\ndata: %s\ncolumns: {id: id, question: q, %s}\n".formatted(data, columns));
    return Table.EXAMPLES.records(
        new PreparationCall(Console.SILENT)
            .benchmark(yaml.toString())
            .output(folder.resolve("out" + tables++).toString())
            .run());
  }

  private void write(String data, String... rows) throws IOException {
    String lines =
        data.endsWith(".jsonl")
            ? String.join("\n", rows)
            : "id\tdoc\timage\tq\n" + String.join("\n", rows);
    Files.writeString(folder.resolve(data), lines + "\n");
  }

  private static String row(String data, String id, String doc, String image) {
    return (data.endsWith(".jsonl")
            ? "{\"id\": \"%s\", \"doc\": \"%s\", \"image\": \"%s\", \"q\": \"What?\"}"
            : "%s\t%s\t%s\tWhat?")
        .formatted(id, doc, image);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x.tsv   | that of x.tsv:byte
          x.jsonl | that of the text of a row and that of the text of a row
          """)
  void oneNameIsOnePicture(String data, String where) throws IOException {
    write(data, row(data, "a", "d", picture(1)), row(data, "b", "d", picture(1)));
    assertThat(prepared(data, "image: image, image_name: '{doc}.png'"))
        .as("repeated in its rows")
        .singleElement()
        .satisfies(row -> assertThat(row.questions()).hasSize(2));

    write(data, row(data, "a", "d", picture(1)), row(data, "b", "d", picture(2)));
    assertThatThrownBy(() -> prepared(data, "image: image, image_name: '{doc}.png'"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Two pictures have the name 'd.png' and other bytes: " + where)
        .hasMessageContaining("columns.image_name");
    assertThat(prepared(data, "image: image")).as("without the name").hasSize(2);
  }

  @Test
  void anIdThatLooksLikeTwoPicturesIsNotTheirs() throws IOException {
    write(
        "x.jsonl",
        "{\"id\": \"x\", \"image\": [\"%s\", \"%s\"], \"q\": \"What?\"}"
            .formatted(picture(1), picture(2)),
        "{\"id\": \"[\\\"x/0\\\",\\\"x/1\\\"]\", \"image\": \"%s\", \"q\": \"What?\"}"
            .formatted(picture(3)));
    assertThatThrownBy(() -> prepared("x.jsonl", "image: image"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Two pictures have the name '[\"x/0\",\"x/1\"]'");
  }
}
