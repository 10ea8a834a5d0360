package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where pictures are in columns, structs and lists of structs: each is found, or refused. */
class PictureColumnsTest {

  private static final Path WAVE =
      Path.of(System.getProperty("project.root"), "jobs", "src", "test", "resources", "wave5");

  /** Too long for the id of another row, as base64. */
  private static final byte[] PICTURE = new byte[100];

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(String yaml, Path... sources) throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(yaml, "x.yaml"), Optional.of(Reading.path(folder)));
    SourceFiles source = Reading.source(sources);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);
    assertThat(source.leftOut().warning()).isEmpty();
    return questions;
  }

  private static String yaml(String image, boolean folders) {
    return "name: x\ndata: x\n"
        + (folders ? "images: [photos]\n" : "")
        + "columns: {id: id, image: "
        + image
        + ", question: question}\n";
  }

  private static List<String> ids(BenchmarkQuestion question) {
    return question.image().stream()
        .flatMap(place -> place.single().stream())
        .map(ImagePlace::id)
        .toList();
  }

  private static byte[] bytes(ImagePlace place) throws IOException {
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1000, Reading.HADOOP)) {
      return reader.read(place).orElseThrow();
    }
  }

  private Path parquet(String fields, int rows, BiConsumer<Group, Integer> fill)
      throws IOException {
    Path file = folder.resolve("x.parquet");
    Files.deleteIfExists(file);
    try (ParquetFixture written =
        ParquetFixture.file(
            file, "required int64 id; optional binary question (STRING); " + fields)) {
      for (int i = 0; i < rows; i++) {
        int number = i;
        written.row(
            row -> {
              row.append("id", (long) number).append("question", "Q?");
              fill.accept(row, number);
            });
      }
    }
    return file;
  }

  private Path lines(String... rows) throws IOException {
    return Reading.write(folder, "x.jsonl", rows);
  }

  @ParameterizedTest
  @CsvSource({"metap.yaml, meta.parquet", "metaj.yaml, meta.jsonl"})
  void fieldsOfStructsNameFiles(String yaml, String data) throws IOException {
    List<BenchmarkQuestion> questions =
        read(Files.readString(WAVE.resolve(yaml)), WAVE.resolve(data));
    assertThat(questions).hasSize(1);
    assertThat(questions.get(0).image()).contains(new ImagePlace.InFolder("a.png"));
  }

  @Test
  void fieldsOfListsOfDeepStructsNameFiles() throws IOException {
    Path file =
        parquet(
            "optional group a { "
                + ParquetFixture.list(
                    "b",
                    "optional group element { optional group c { optional binary d (STRING); } }")
                + "}",
            1,
            (row, number) -> {
              Group list = row.addGroup("a").addGroup("b");
              for (String name : List.of("a.png", "sub/b.png")) {
                list.addGroup(0).addGroup(0).addGroup("c").append("d", name);
              }
            });
    Path json =
        lines(
            "{\"id\": 0, \"question\": \"Q?\","
                + " \"a\": {\"b\": [{\"c\": {\"d\": \"a.png\"}}, {\"c\": {\"d\": \"sub/b.png\"}}]}}");
    for (Path data : List.of(file, json)) {
      assertThat(ids(read(yaml("a.b.c.d", true), data).get(0)))
          .as(data.toString())
          .containsExactly("a.png", "sub/b.png");
    }
  }

  @Test
  void pathsBesideNullBytesNameFiles() throws IOException {
    Path file =
        parquet(
            ParquetFixture.image("image"),
            2,
            (row, number) -> row.addGroup("image").append("path", number + ".png"));
    Path json =
        lines(
            "{\"id\": 0, \"question\": \"Q?\", \"image\": {\"bytes\": null, \"path\": \"0.png\"}}",
            "{\"id\": 1, \"question\": \"Q?\", \"image\": {\"path\": \"1.png\"}}");
    for (Path data : List.of(file, json)) {
      for (String column : List.of("image", "image.path")) {
        assertThat(read(yaml(column, true), data))
            .as(data + " " + column)
            .extracting(question -> ids(question).get(0))
            .containsExactly("0.png", "1.png");
      }
      assertThatThrownBy(() -> read(yaml("image", false), data))
          .hasMessageContaining(
              "'image' has no bytes, and its path names a file, '0.png': name the file's folder by"
                  + " images");
    }
  }

  /** Some rows hold their pictures, some name them, one does neither: no footer says which. */
  @Test
  void rowsThatHoldTheirPictureAreToldFromThoseThatNameIt() throws IOException {
    Path file =
        parquet(
            ParquetFixture.image("image"),
            7,
            (row, number) -> {
              if (number == 6) {
                return;
              }
              Group image = row.addGroup("image");
              if (number % 3 > 0) {
                image.append("path", number + ".png");
              }
              if (number % 2 == 0) {
                image.append("bytes", Binary.fromConstantByteArray(PICTURE));
              }
            });
    List<BenchmarkQuestion> questions = read(yaml("image", true), file);
    assertThat(questions)
        .extracting(PictureColumnsTest::ids)
        .containsExactly(
            List.of("0"),
            List.of("1.png"),
            List.of("2"),
            List.of("3"), // without bytes and path: missing, and counted so
            List.of("4"),
            List.of("5.png"),
            List.of());
    assertThat(bytes(questions.get(4).image().orElseThrow())).isEqualTo(PICTURE);
  }

  @Test
  void picturesInStructsWithinStructsAndListsAreRead() throws IOException {
    Path file =
        parquet(
            "optional group meta { optional binary thumb; "
                + ParquetFixture.list(
                    "shots", "optional group element { " + ParquetFixture.image("photo") + " }")
                + "}",
            1,
            (row, number) -> {
              Group list = row.addGroup("meta").addGroup("shots");
              for (byte seed = 1; seed < 4; seed++) {
                Group photo = list.addGroup(0).addGroup(0).addGroup("photo");
                byte[] picture = PICTURE.clone();
                picture[0] = seed;
                photo.append("bytes", Binary.fromConstantByteArray(picture)).append("path", "x");
              }
            });
    for (String column : List.of("meta.shots.photo", "meta.shots.photo.bytes")) {
      BenchmarkQuestion question = read(yaml(column, false), file).get(0);
      assertThat(ids(question)).containsExactly("0/0", "0/1", "0/2");
      List<ImagePlace> places = question.image().orElseThrow().single();
      for (int i = 0; i < 3; i++) {
        assertThat(bytes(places.get(i))[0]).as(column).isEqualTo((byte) (i + 1));
      }
    }
    String base64 = Base64.getEncoder().encodeToString(PICTURE);
    Path json =
        lines(
            "{\"id\": 0, \"question\": \"Q?\", \"meta\": {\"photo\": {\"bytes\": \""
                + base64
                + "\", \"path\": \"x\"}}}");
    for (String column : List.of("meta.photo", "meta.photo.bytes")) {
      BenchmarkQuestion question = read(yaml(column, false), json).get(0);
      assertThat(bytes(question.image().orElseThrow())).isEqualTo(PICTURE);
    }
  }

  @Test
  void aMisspeltFieldIsRefusedAsAMissingColumnIs() throws IOException {
    Path json = WAVE.resolve("meta.jsonl");
    for (Path data : List.of(WAVE.resolve("meta.parquet"), json)) {
      assertThatThrownBy(() -> read(yaml("meta.fiel", true), data))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(
              "x.yaml:4: columns.image: "
                  + (data == json ? "meta.jsonl" : "wave5/meta (1 file)")
                  + " has no field 'meta.fiel'; its fields in 'meta': meta.file")
          .hasMessageEndingWith("; did you mean meta.file?");
    }
    assertThatThrownBy(() -> read(yaml("question.file", true), json))
        .hasMessageEndingWith("no field 'question.file'; its fields in 'question': none");
    Path csv = Reading.write(folder, "x.csv", "id,question,meta", "1,Q?,\"{'file': 'a.png'}\"");
    assertThatThrownBy(() -> read(yaml("meta.file", true), csv))
        .hasMessageContaining("x.csv has no field 'meta.file'; its fields in 'meta': none");
  }

  @Test
  void aLiteralColumnWithADotIsThatColumn() throws IOException {
    Path csv = Reading.write(folder, "x.csv", "id,question,meta.file", "1,Q?,a.png");
    assertThat(ids(read(yaml("meta.file", true), csv).get(0))).containsExactly("a.png");
  }

  @Test
  void aStructThatIsNoPictureNamesItsFields() throws IOException {
    for (Path data : List.of(WAVE.resolve("meta.parquet"), WAVE.resolve("meta.jsonl"))) {
      assertThatThrownBy(() -> read(yaml("meta", true), data))
          .hasMessageContaining("'meta' holds no picture (a struct of")
          .hasMessageContaining("a.png");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x.csv|id,question,photo\\n1,Q?,\\n2,Q?,",
        "x.tsv|id\\tquestion\\tphoto\\n1\\tQ?\\t\\n2\\tQ?\\t",
        "x.jsonl|{\"id\": 1, \"question\": \"Q?\", \"photo\": null}",
        "x.json|[{\"id\": 1, \"question\": \"Q?\", \"photo\": []}]"
      })
  void aFormWithoutAnyPictureIsRefusedUnlessSaid(String name, String content) throws IOException {
    Path data = Reading.write(folder, name, content.replace("\\n", "\n").replace("\\t", "\t"));
    assertThatThrownBy(() -> read(yaml("photo", true), data))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use the benchmark x.yaml: x.yaml:4: columns.image: no question has a picture in"
                + " 'photo'; name the column or the field of structs that has them, or set"
                + " image_optional: true to ask without pictures");
    assertThat(read(yaml("photo", true) + "image_optional: true\n", data))
        .isNotEmpty()
        .allMatch(question -> question.image().isEmpty());
    assertThatThrownBy(() -> BenchmarkFile.parse(yaml("p", true) + "image_optional: 1\n", "x.yaml"))
        .hasMessageContaining("x.yaml:5: image_optional must be true or false, it is '1'");
  }

  @Test
  void nullPicturesOfParquetAreNone() throws IOException {
    Path file = parquet(ParquetFixture.image("photo"), 3, (row, number) -> {});
    assertThatThrownBy(() -> read(yaml("photo", false), file))
        .hasMessageContaining("no question has a picture in 'photo'");
    Path empty = parquet(ParquetFixture.image("photo"), 3, (row, number) -> row.addGroup("photo"));
    assertThatThrownBy(() -> read(yaml("photo", false), empty))
        .hasMessageContaining("no question has a picture in 'photo'");
  }

  /** A marker names a picture by its place, in which a null stays. */
  @Test
  void nullsKeepTheirPlacesAmongPictures() throws IOException {
    String question = "\"id\": 1, \"question\": \"<image 3> and <image 1>\"";
    Path list = lines("{" + question + ", \"photo\": [\"a.png\", null, \"c.png\"]}");
    assertThat(ids(read(marked("photo", true), list).get(0))).containsExactly("c.png", "a.png");
    Path three = lines("{" + question + ", \"p\": \"a.png\", \"q\": null, \"r\": \"c.png\"}");
    assertThat(ids(read(marked("[p, q, r]", true), three).get(0)))
        .containsExactly("c.png", "a.png");
    for (String element :
        List.of(
            "optional binary element;",
            "optional group element { optional binary bytes; optional binary path (STRING); }")) {
      Path file = marked(element);
      assertThat(ids(read(marked("photo", false), file).get(0))).containsExactly("0/2", "0/0");
      assertThat(ids(read(yaml("photo", false), file).get(0))).containsExactly("0/0", "0/2");
    }
    Path named = lines("{\"id\": 1, \"question\": \"<image 2>\", \"photo\": [\"a.png\", null]}");
    assertThatThrownBy(() -> read(marked("photo", true), named))
        .hasMessageContaining("names picture 2, which is empty: <image 2>");
  }

  private static String marked(String image, boolean folders) {
    return yaml(image, folders) + "prompts: {d: {text: ['{question}'], images: at_markers}}\n";
  }

  private Path marked(String element) throws IOException {
    Path file = folder.resolve("m.parquet");
    Files.deleteIfExists(file);
    Binary picture = Binary.fromConstantByteArray(PICTURE);
    try (ParquetFixture written =
        ParquetFixture.file(
            file,
            "required int64 id; optional binary question (STRING); "
                + ParquetFixture.list("photo", element))) {
      written.row(
          row -> {
            row.append("id", 0L).append("question", "<image 3> and <image 1>");
            Group list = row.addGroup("photo");
            for (int i = 0; i < 3; i++) {
              Group one = list.addGroup(0);
              if (i != 1 && element.contains("group")) {
                one.addGroup(0).append("bytes", picture);
              } else if (i != 1) {
                one.append("element", picture);
              }
            }
          });
    }
    return file;
  }

  @Test
  void columnsThatComeLateAreLookedForInAllRows() throws IOException {
    List<BenchmarkQuestion> questions =
        read(Files.readString(WAVE.resolve("late.yaml")), WAVE.resolve("late.jsonl"));
    assertThat(questions).hasSizeGreaterThan(100);
    assertThat(questions.get(0).prompt()).isEqualTo("Q?");
    assertThat(questions).anyMatch(question -> question.prompt().endsWith("\nQ?"));
  }

  @ParameterizedTest
  @CsvSource({"x.jsonl, hint, hint", "x.json, hint.text, hint.text", "x.jsonl, hint, hnt"})
  void lateColumnsAndFieldsAreFoundOrRefused(String name, String written, String asked)
      throws IOException {
    String row = "{\"id\": %d, \"question\": \"Q?\", \"photo\": \"a.png\"%s}";
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      String hint = written.equals("hint") ? "\"h\"" : "[{\"text\": \"h\"}]";
      rows.add(row.formatted(i, i < 100 ? "" : ", \"hint\": " + hint));
    }
    String joined = String.join(name.endsWith("l") ? "\n" : ",\n", rows);
    Path data = Reading.write(folder, name, name.endsWith("l") ? joined : "[" + joined + "]");
    String yaml = yaml("photo", true) + "prompts: '{question}'\n";
    String category = yaml.replace("id: id,", "id: id, category: " + asked + ",");
    if (asked.equals("hnt")) {
      assertThatThrownBy(() -> read(category, data))
          .hasMessageContaining("x.yaml:4: columns.category: x.jsonl has no column 'hnt'");
      return;
    }
    List<BenchmarkQuestion> questions = read(category, data);
    assertThat(questions).hasSize(101);
    assertThat(questions.get(0).category()).isEqualTo("default");
    assertThat(questions.get(100).category()).isEqualTo("h");
  }
}
