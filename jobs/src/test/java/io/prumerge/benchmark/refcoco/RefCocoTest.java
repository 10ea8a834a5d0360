package io.prumerge.benchmark.refcoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefCocoTest {

  private static final String INSTANCES =
      """
      {"info": {}, "images": [{"id": 1, "file_name": "COCO_train2014_000000000001.jpg", "width": 200, "height": 100}],
       "annotations": [{"id": 11, "image_id": 1, "bbox": [10.5, 20, 100.25, 50]}], "categories": []}
      """;

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(String split, RefCoco benchmark) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source =
        new SourceFiles(List.of(Reading.path(folder)), Reading.HADOOP, Optional.ofNullable(split));
    benchmark.read(source, PromptProfile.LLAVA, questions::add);
    return questions;
  }

  private List<BenchmarkQuestion> read() throws IOException {
    return read(null, new RefCoco());
  }

  /** An object in Python's protocol 0, as the published files have it. */
  private static String object(String split, int annotation, String... phrases) {
    StringBuilder object = new StringBuilder("(dS'split'\nS'" + split + "'\nsS'image_id'\nI1\n");
    object.append("sS'ann_id'\nI").append(annotation).append("\nsS'sentences'\n(l");
    for (String phrase : phrases) {
      object
          .append("(dS'sent'\nV")
          .append(phrase)
          .append("\nsS'sent_id'\nI")
          .append(phrase.length());
      object.append("\nsa");
    }
    return object + "sa";
  }

  private void write(String partition, String instances, String... objects) throws IOException {
    Files.write(
        folder.resolve("refs(" + partition + ").p"),
        ("(l" + String.join("", objects) + ".").getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(folder.resolve("instances.json"), instances);
  }

  private void refuses(String split, String message) {
    assertThatThrownBy(() -> read(split, new RefCoco()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void readsThePhrasesOfASplit() throws IOException {
    write(
        "unc",
        INSTANCES,
        object("train", 99, "x"),
        object("val", 11, "white boat", "caf\u00e9"),
        object("testA", 11, "man"),
        object("testB", 11, "chair"));

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(BenchmarkQuestion::question)
        .containsExactly("white boat", "caf\u00e9");
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.id()).isEqualTo("10");
    assertThat(first.image()).contains(new ImagePlace.InFolder("COCO_train2014_000000000001.jpg"));
    assertThat(first.prompt()).endsWith("of the region this sentence describes: white boat.");
    assertThat(first.answers()).containsExactly("[10.5, 20.0, 110.75, 70.0]");
    assertThat(first.maxNewTokens()).hasValue(100);
    assertThat(first.extra())
        .isEqualTo(Map.of("question_id", "10", "width", "200", "height", "100"));
    assertThat(read("testA", new RefCoco()))
        .extracting(BenchmarkQuestion::question)
        .containsExactly("man");
    assertThat(read("test", new RefCoco()))
        .extracting(BenchmarkQuestion::question)
        .containsExactly("man", "chair");
  }

  @Test
  void theUsualPartitionIsRead() throws IOException {
    write("google", INSTANCES, object("val", 11, "google's"));
    assertThat(read(null, new RefCoco.Google())).hasSize(1);

    write("umd", INSTANCES, object("val", 11, "umd's"));
    assertThat(read(null, new RefCoco.Google()))
        .extracting(BenchmarkQuestion::question)
        .containsExactly("umd's");
    refuses(null, "Several partitions in ");
    assertThat(Reading.questions(new RefCoco.Google(), folder, folder.resolve("refs(google).p")))
        .extracting(BenchmarkQuestion::question)
        .containsExactly("google's");
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    write("unc", INSTANCES, object("val", 12, "b"));
    refuses(null, "refs(unc).p:1: annotation 12 is not in instances.json");
    refuses("testC", "refs(unc).p has no object of split testC; its splits, for split: val");

    write("unc", INSTANCES.replace("\"id\": 1,", "\"id\": 2,"), object("val", 11, "a"));
    refuses(null, "refs(unc).p:1: image 1 is not in instances.json");
    write("unc", INSTANCES.replace("100.25", "0"), object("val", 11, "a"));
    refuses(null, "instances.json:2: \"bbox\" must be left, top, width and height in pixels");
    write("unc", INSTANCES.replace("\"width\": 200", "\"width\": 0.5"), object("val", 11, "a"));
    refuses(null, "instances.json:1: \"width\" must be a number of pixels, it is 0.5");
    write("unc", INSTANCES.replace("COCO", "../COCO"), object("val", 11, "a"));
    refuses(null, "instances.json:1: image '../COCO_train2014_000000000001.jpg' leaves");
    write("unc", INSTANCES, "cos\nsystem\n(S'true'\ntRa");
    refuses(null, "refs(unc).p cannot be read: opcode 0x63 at byte 2 names or makes an object");
    write("unc", INSTANCES, object("val", 11, "a").replace("split", "spilt"));
    refuses(null, "refs(unc).p:1: lacks the field \"split\"");
    write("unc", INSTANCES, object("val", 11));
    refuses(null, "refs(unc).p:1: \"sentences\" must be a list of phrases, it is []");
    Files.delete(folder.resolve("instances.json"));
    refuses(null, "No instances.json next to refs(unc).p");
    Files.delete(folder.resolve("refs(unc).p"));
    refuses(null, "No question file (refs(SPLIT).p) and no Parquet with the columns question_id");
  }

  private ParquetFixture table(String answer) throws IOException {
    return ParquetFixture.file(
        Files.createDirectories(folder.resolve("data")).resolve("val-00000-of-00001.parquet"),
        "optional binary question_id (STRING); optional binary file_name (STRING); "
            + answer
            + ParquetFixture.list("bbox", "optional float element;")
            + ParquetFixture.image("image"));
  }

  private static void fill(Group row, String id, float... box) {
    row.add("question_id", id);
    row.add("file_name", "COCO_train2014_000000000001_16.jpg");
    Group list = row.addGroup("bbox");
    for (float edge : box) {
      list.addGroup("list").add("element", edge);
    }
    ParquetFixture.image(row, "image", new byte[] {1});
  }

  @Test
  void readsATableWithARowForEachObject() throws IOException {
    try (ParquetFixture table =
        table(ParquetFixture.list("answer", "optional binary element (STRING);"))) {
      table.row(
          row -> {
            fill(row, "469306", 10.5f, 20, 100.25f, 50);
            Group answer = row.addGroup("answer");
            answer.addGroup("list").add("element", "white boat");
            answer.addGroup("list").add("element", "left boat");
          });
    }

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("469306", "469306");
    assertThat(questions)
        .extracting(BenchmarkQuestion::question)
        .containsExactly("white boat", "left boat");
    assertThat(questions.get(1).image().map(ImagePlace::id))
        .contains("COCO_train2014_000000000001.jpg");
    assertThat(questions.get(1).answers()).containsExactly("[10.5, 20.0, 110.75, 70.0]");
    assertThat(questions.get(1).extra()).doesNotContainKey("width");
    assertThat(new RefCoco().repeatsIds()).isTrue();
  }

  @Test
  void namesABrokenRowOfATable() throws IOException {
    try (ParquetFixture table = table("optional binary answer (STRING); ")) {
      table.row(row -> fill(row, "2", 0, 0, 5));
    }

    refuses(
        null,
        "val-00000-of-00001.parquet:row 0: \"bbox\" must be left, top, width and height in pixels,"
            + " it is [0.0, 0.0, 5.0]");
  }

  @Test
  void scoresByTheProfilesRule() {
    Reference reference =
        new Reference(
            "",
            "",
            List.of("[0.0, 0.0, 100.0, 100.0]"),
            List.of(),
            Map.of("width", "200", "height", "100"));
    RefCoco benchmark = new RefCoco();

    assertThat(benchmark.profiles()).containsExactly("llava", "shikra", "qwen-vl", "lmms-eval");
    assertThat(benchmark.score("lmms-eval", "It is [0, 0, 0.5, 0.50].", reference))
        .isEqualTo(new Score("[0.0, 0.0, 0.5, 0.5]", false, 1, OptionalDouble.of(0.5)));
    assertThat(benchmark.score("shikra", "[0,0.25,0.5,0.5]", reference))
        .isEqualTo(new Score("[0.0, 0.25, 0.5, 0.5]", false, 0, OptionalDouble.of(0.5)));
    assertThat(benchmark.score("llava", "the left one", reference))
        .isEqualTo(new Score("", true, 0, OptionalDouble.of(0)));
    Reference unsized = new Reference("red boat", "", reference.answers(), List.of(), Map.of());
    assertThatThrownBy(() -> benchmark.score("llava", "[0, 0, 1, 1]", unsized))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot score a box for 'red boat': the question lacks its image's width");
    assertThat(benchmark.gold(reference)).contains("[0.0, 0.0, 100.0, 100.0]");
  }
}
