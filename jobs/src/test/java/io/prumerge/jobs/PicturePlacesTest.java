package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the pictures of one's own questions may be, one or several in a prompt. */
@Tag("spark")
class PicturePlacesTest {

  private static final Path PHOTOS =
      Path.of(System.getProperty("project.root"), "jobs/src/test/resources/questions/photos");

  @TempDir private Path folder;

  private static byte[] bytes(int number) throws IOException {
    return Files.readAllBytes(PHOTOS.resolve(number + ".png"));
  }

  private static String base64(int number) throws IOException {
    return Base64.getEncoder().encodeToString(bytes(number));
  }

  /** Returns the numbers of the pictures of each question, by its id. */
  private Map<String, List<Integer>> prepared(String yaml) throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(file, "name: own\n" + yaml);
    CommandLineRun run =
        CommandLineRun.of(
            "prepare", "--benchmark=" + file, "--output=" + folder.resolve("examples"));
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, List<Integer>> pictures = new TreeMap<>();
    for (Row row :
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(folder.resolve("examples").toString()))
            .collectAsList()) {
      List<byte[]> images = new ArrayList<>();
      if (row.getAs("image") != null) {
        images.add(row.getAs("image"));
      }
      if (row.getAs("more_images") != null) {
        images.addAll(row.getList(row.fieldIndex("more_images")));
      }
      List<Integer> numbers = new ArrayList<>();
      for (byte[] image : images) {
        numbers.add(number(image));
      }
      for (Row question : row.<Row>getList(row.fieldIndex("questions"))) {
        pictures.put(question.getAs("question_id"), numbers);
      }
    }
    return pictures;
  }

  private static int number(byte[] image) throws IOException {
    for (int i = 0; i < 12; i++) {
      if (Arrays.equals(image, bytes(i))) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void severalAreTextsOfJson() throws IOException {
    Files.writeString(
        folder.resolve("own.jsonl"),
        String.format(
            """
            {"id": "one", "image": "%s", "question": "Q"}
            {"id": "page", "image": "data:image/png;base64,%s", "question": "Q"}
            {"id": "two", "image": ["%s", "%s"], "question": "Q"}
            {"id": "text", "question": "Q"}
            """,
            base64(1), base64(2), base64(3), base64(4)));

    assertThat(prepared("data: own.jsonl\ncolumns: {id: id, image: image, question: question}\n"))
        .isEqualTo(
            Map.of("one", List.of(1), "page", List.of(2), "two", List.of(3, 4), "text", List.of()));
  }

  @Test
  void severalAreCellsOfTables() throws IOException {
    Files.writeString(
        folder.resolve("own.csv"),
        String.format(
            "id,image_1,image_2,question\na,%s,%s,Q\nb,%s,,Q\nc,a,,Q\n",
            base64(5), base64(6), base64(7)));

    assertThat(
            prepared(
                "data: own.csv\ncolumns: {id: id, image: [image_1, image_2], question: question}\n"))
        .containsEntry("a", List.of(5, 6))
        .containsEntry("b", List.of(7));
  }

  @Test
  void severalAreOneListOfParquet() throws IOException {
    StructType schema =
        StructType.fromDDL(
            "id STRING, images ARRAY<STRUCT<bytes: BINARY, path: STRING>>, question STRING");
    LocalSpark.session()
        .createDataFrame(
            List.of(
                RowFactory.create(
                    "a",
                    List.of(
                        RowFactory.create(bytes(8), "8.png"), RowFactory.create(bytes(9), "9.png")),
                    "Q"),
                RowFactory.create("b", List.of(RowFactory.create(bytes(10), null)), "Q")),
            schema)
        .coalesce(1)
        .write()
        .parquet(folder.resolve("own").toString());

    assertThat(prepared("data: own\ncolumns: {id: id, image: images, question: question}\n"))
        .isEqualTo(Map.of("a", List.of(8, 9), "b", List.of(10)));
  }

  /** In the first folder that has it. */
  @Test
  void filesAreInSeveralFolders() throws IOException {
    Files.createDirectories(folder.resolve("old"));
    Files.createDirectories(folder.resolve("new"));
    Files.write(folder.resolve("old/a.png"), bytes(1));
    Files.write(folder.resolve("old/b.png"), bytes(2));
    Files.write(folder.resolve("new/b.png"), bytes(3));
    Files.write(folder.resolve("new/c.png"), bytes(4));
    Files.writeString(
        folder.resolve("own.csv"),
        "id,image,question\na,a.png,Q\nb,b.png,Q\nc,c.png,Q\nd,no.png,Q\n");

    assertThat(
            prepared(
                "data: own.csv\nimages: [old, new]\n"
                    + "columns: {id: id, image: image, question: question}\n"))
        .isEqualTo(Map.of("a", List.of(1), "b", List.of(2), "c", List.of(4), "d", List.of()));
  }
}
