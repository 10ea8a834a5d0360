package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row that cannot be read costs that row; a file of such rows is refused. */
class LeftOutRowsTest {

  private static final String IMAGE = "iVBORw0KGgo".repeat(8) + "iVBORw0KGgo=";

  @TempDir private Path folder;

  /**
   * What was read.
   *
   * @param ids of the questions
   * @param leftOut number of rows that were left out
   * @param warning about them; empty if there are none
   */
  private record Read(List<String> ids, long leftOut, String warning) {}

  private Read read(String benchmark, Path... sources) throws IOException {
    SourceFiles source = Reading.source(sources);
    List<String> ids = new ArrayList<>();
    Benchmarks.KNOWN
        .named(benchmark)
        .read(source, PromptProfile.LLAVA, question -> ids.add(question.id()));
    return new Read(ids, source.leftOut().count(), source.leftOut().warning().orElse(""));
  }

  private Path file(String name, String... lines) throws IOException {
    return Reading.write(folder, name, lines);
  }

  private static String own(int id) {
    return "{\"question_id\": %d, \"text\": \"Why?\"}".formatted(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"question_id\": 2, \"text\": ",
        "{\"question_id\": 2, \"text\": \"Why?\"} x",
        "[1]",
        "id,text",
        "{\"text\": \"Why?\"}",
        "{\"question_id\": 2.5, \"text\": \"Why?\"}",
        "{\"question_id\": 2, \"text\": 3}",
        "{\"question_id\": 2, \"text\": \"Why?\", \"image\": \"../a.png\"}",
        "{\"question_id\": 2, \"text\": \"Why?\", \"text\": \"How?\"}",
        "{\"question_id\": 2, \"text\": \"Why?\", \"answers\": [1]}"
      })
  void leavesOutOneLineOfOwnQuestions(String line) throws IOException {
    Read read = read("custom", file("q.jsonl", own(1), line, own(3)));

    assertThat(read.ids()).containsExactly("1", "3");
    assertThat(read.leftOut()).isEqualTo(1);
    assertThat(read.warning())
        .startsWith("1 row cannot be read and is left out, so scores are over fewer questions: ")
        .contains("q.jsonl:2: ");
    Path all = file("all.jsonl", line, line, line);
    assertThatThrownBy(() -> read("custom", all))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("all.jsonl:1: ");
  }

  @Test
  void leavesOutALineThatIsNotUtf8() throws IOException {
    byte[] lines =
        (own(1) + "\n{\"question_id\": 2, \"text\": \"\u00e9\"}\n" + own(3) + "\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    Read read = read("custom", Files.write(folder.resolve("q.jsonl"), lines));

    assertThat(read.ids()).containsExactly("1", "3");
    assertThat(read.warning()).endsWith(": q.jsonl:2: not UTF-8; save the file as UTF-8");
  }

  @Test
  void refusesATableGivenAsOwnQuestions() throws IOException {
    Path csv = file("q.csv", "question_id,text", "1,Why?", "2,How?");

    assertThatThrownBy(() -> read("custom", csv))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("custom reads JSON lines in LLaVA's form, which q.csv is not");
  }

  /** Any lines in any order: the good ones are read, unless most are bad. */
  @Test
  void readsAllOtherRows() throws IOException {
    Random random = new Random(20261125);
    for (int run = 0; run < 200; run++) {
      List<String> lines = new ArrayList<>();
      List<String> good = new ArrayList<>();
      int count = 1 + random.nextInt(9);
      int bad = 0;
      for (int i = 0; i < count; i++) {
        if (random.nextInt(3) == 0) {
          String line = own(i);
          lines.add(line.substring(0, 1 + random.nextInt(line.length() - 1)));
          bad++;
        } else {
          lines.add(own(i));
          good.add(Integer.toString(i));
        }
      }
      Path file = file("q.jsonl", lines.toArray(String[]::new));
      if (2 * bad > count) {
        assertThatThrownBy(() -> read("custom", file)).isInstanceOf(DataException.class);
      } else {
        Read read = read("custom", file);
        assertThat(read.ids()).isEqualTo(good);
        assertThat(read.leftOut()).isEqualTo(bad);
      }
    }
  }

  @Test
  void keepsThePlacesOfPopesOtherQuestions() throws IOException {
    String label =
        "{\"question_id\": %d, \"image\": \"a.png\", \"text\": \"%s?\", \"label\": \"%s\"}";
    for (String bad : List.of(label.formatted(2, "B", "maybe"), "{\"question_id\": 2, ")) {
      Path file =
          file(
              "coco_pope_random.json",
              label.formatted(1, "A", "yes"),
              bad,
              label.formatted(3, "C", "no"));

      Read read = read("pope", file);

      assertThat(read.ids()).containsExactly("random/1", "random/3");
      assertThat(read.warning()).contains(": coco_pope_random.json:2: ");
    }
    Path all = file("coco_pope_random.json", label.formatted(1, "A", "maybe"));
    assertThatThrownBy(() -> read("pope", all))
        .hasMessage(
            "coco_pope_random.json:1: 'label' must be yes or no, it is [maybe], which"
                + " score.official of pope.yaml cannot score");
  }

  /** Answers to them are then told from answers to no question at all. */
  @Test
  void saysWhichQuestionsItLeftOut() throws IOException {
    String label = "{\"image\": \"a.png\", \"text\": \"%s?\", \"label\": \"yes\"}";
    file(
        "pope/coco/coco_pope_random.json",
        label.formatted("A"),
        label.formatted("B").replace("yes", "maybe"),
        label.formatted("C"));
    String pope =
        "{\"question_id\": %d, \"image\": \"a.png\", \"category\": \"random\", \"text\":"
            + " \"%s?\\nAnswer the question using a single word or phrase.\"}";
    file(
        "pope/llava_pope_test.jsonl",
        pope.formatted(1, "A"),
        pope.formatted(2, "B"),
        pope.formatted(3, "C"));
    leavesOut("pope", "2");

    String vizwiz =
        "{\"question_id\": %d, \"image\": \"VizWiz_test_0000000%d.jpg\", \"text\": \"%s\"}";
    file(
        "vizwiz/llava_test.jsonl",
        vizwiz.formatted(1, 1, "What?"),
        vizwiz.formatted(2, 2, ""),
        vizwiz.formatted(3, 3, "Who?"));
    leavesOut("vizwiz", "2");

    String doc =
        "{\"questionId\": %d, \"docId\": 1, \"image\": \"a.png\", \"question\": \"%s\","
            + " \"answers\": [\"x\"]}";
    file("docvqa/rows.jsonl", doc.formatted(1, "A?"), doc.formatted(2, ""), doc.formatted(3, "C?"));
    leavesOut("docvqa", "2");

    String vet =
        "\"v%d\": {\"imagename\": \"a.png\", \"question\": \"Why?\", \"answer\": \"x\","
            + " \"capability\": [\"%s\"]}";
    file(
        "mm-vet/mm-vet.json",
        "{"
            + String.join(
                ",\n", vet.formatted(1, "rec"), vet.formatted(2, "x"), vet.formatted(3, "rec"))
            + "}");
    leavesOut("mm-vet", "v2");

    String seed =
        "{\"answer\": \"A\", \"choice_a\": \"a\", \"choice_b\": \"b\", \"choice_c\": \"c\","
            + " \"choice_d\": \"d\", \"data_id\": \"1\", \"data_type\": \"image\","
            + " \"question\": \"Who?\", \"question_id\": \"%d\", \"question_type_id\": %d}";
    file(
        "seed/SEED-Bench.json",
        "{\"questions\": ["
            + String.join(",\n", seed.formatted(1, 1), seed.formatted(2, 13), seed.formatted(3, 1))
            + "], \"question_type\": {\"Scene Understanding\": 1}}");
    leavesOut("seed", "2");
  }

  private void leavesOut(String benchmark, String id) throws IOException {
    SourceFiles source = Reading.source(folder.resolve(benchmark));
    Benchmarks.KNOWN.named(benchmark).read(source, PromptProfile.LLAVA, question -> {});

    assertThat(source.leftOut().ids()).as(benchmark).containsExactly(id);
    assertThat(source.leftOut().unnamed()).as(benchmark).isZero();
  }

  @Test
  void leavesOutBothQuestionsOfAnMmePair() throws IOException {
    for (String name : List.of("01", "02", "03")) {
      file("release/existence/" + name + ".jpg", "");
      file(
          "release/existence/" + name + ".txt",
          "Is there a dog? Please answer yes or no.\tYes",
          "Is there a cat? Please answer yes or no.\t" + (name.equals("02") ? "Maybe" : "No"));
    }

    Read read = read("mme", folder);

    assertThat(read.ids())
        .containsExactly(
            "existence/01.jpg", "existence/01.jpg#2", "existence/03.jpg", "existence/03.jpg#2");
    assertThat(read.warning())
        .endsWith(": existence/02.txt:2: the label must be Yes or No, it is 'Maybe'");

    Files.delete(folder.resolve("release/existence/01.txt"));
    Files.delete(folder.resolve("release/existence/03.txt"));
    assertThatThrownBy(() -> read("mme", folder))
        .hasMessage("existence/02.txt:2: the label must be Yes or No, it is 'Maybe'");
  }

  @Test
  void leavesOutTheOtherQuestionOfAnMmePairInAResultFile() throws IOException {
    file(
        "results/existence.txt",
        "01.jpg\tA?\tYes",
        "01.jpg\tB?\tNo",
        "02.jpg\tA?\tMaybe",
        "02.jpg\tB?\tNo",
        "03.jpg\tA?\tYes",
        "03.jpg\tB?\tNo");

    Read read = read("mme", folder);

    assertThat(read.ids()).noneMatch(id -> id.contains("02.jpg")).hasSize(4);
    assertThat(read.leftOut()).isEqualTo(2);
    assertThat(read.warning()).contains("existence.txt:3: the label must be Yes or No");
  }

  private static String people(int count) {
    return String.join(", ", Collections.nCopies(count, "{\"answer\": \"x\"}"));
  }

  private static String annotated(int id, int people) {
    return ("{\"question_type\": \"what\", \"answers\": [%s], \"answer_type\": \"other\","
            + " \"question_id\": %d}")
        .formatted(people(people), id);
  }

  @Test
  void leavesOutAVqaQuestionWithoutTenAnnotators() throws IOException {
    String question = "{\"image_id\": 1, \"question\": \"What?\", \"question_id\": %d}";
    file(
        "v2_OpenEnded_mscoco_val2014_questions.json",
        "{\"questions\": ["
            + String.join(
                ",\n", question.formatted(1), question.formatted(2), question.formatted(3))
            + "]}");
    String annotations = "v2_mscoco_val2014_annotations.json";
    for (List<Integer> order : List.of(List.of(1, 2, 3), List.of(2, 3, 1))) {
      file(
          annotations,
          "{\"annotations\": ["
              + String.join(",", order.stream().map(id -> annotated(id, id == 2 ? 9 : 10)).toList())
              + "]}");

      Read read = read("vqav2", folder);

      assertThat(read.ids()).containsExactly("1", "3");
      assertThat(read.leftOut()).isEqualTo(1);
      assertThat(read.warning()).contains("must be those of 10 annotators, there are 9");
    }
    file(
        annotations,
        "{\"annotations\": ["
            + String.join(",", annotated(1, 10), "7", annotated(2, 10), annotated(3, 10))
            + "]}");
    Read all = read("vqav2", folder);
    assertThat(all.ids()).containsExactly("1", "2", "3");
    assertThat(all.warning()).endsWith(annotations + ":1: expected a JSON object, found NUMBER");
    file(
        annotations,
        "{\"annotations\": ["
            + String.join(",", annotated(1, 10), annotated(2, 10), "{x", annotated(3, 10))
            + "]}");
    assertThatThrownBy(() -> read("vqav2", folder))
        .as("what is behind it cannot be trusted")
        .hasMessageContaining(annotations + ":1: not valid JSON");
    file(
        annotations,
        "{\"annotations\": ["
            + String.join(",", annotated(1, 9), annotated(2, 9), annotated(3, 9))
            + "]}");
    assertThatThrownBy(() -> read("vqav2", folder))
        .hasMessage(annotations + ":1: \"answers\" must be those of 10 annotators, there are 9");
  }

  @Test
  void leavesOutATextVqaQuestionWithoutTenAnnotators() throws IOException {
    String item =
        "{\"question\": \"What?\", \"image_id\": \"a\", \"question_id\": %d, \"answers\": [%s]}";
    file(
        "TextVQA_0.5.1_val.json",
        "{\"data\": ["
            + String.join(
                ",",
                item.formatted(1, people(10)),
                item.formatted(2, people(3)),
                item.formatted(3, people(10)))
            + "]}");

    assertThat(read("textvqa", folder).ids()).containsExactly("1", "3");
  }

  @Test
  void leavesOutAScienceQaProblemWithAnImpossibleAnswer() throws IOException {
    String problem =
        "\"%d\": {\"question\": \"Which?\", \"choices\": [\"a\", \"b\"], \"answer\": %d, \"hint\":"
            + " \"\", \"image\": null, \"grade\": \"grade2\", \"subject\": \"social science\","
            + " \"topic\": \"geography\"}";
    file("pid_splits.json", "{\"test\": [\"1\", \"2\", \"3\"]}");
    file(
        "problems.json",
        "{"
            + String.join(
                ",\n", problem.formatted(1, 0), problem.formatted(2, 7), problem.formatted(3, 1))
            + "}");

    Read read = read("scienceqa", folder);

    assertThat(read.ids()).containsExactly("1", "3");
    assertThat(read.warning()).contains(": problems.json:2: ");
    file("problems.json", "{" + problem.formatted(1, 0) + "}");
    assertThatThrownBy(() -> read("scienceqa", folder))
        .as("problems of another release")
        .hasMessage("pid_splits.json:1: split test names problem 2, which problems.json lacks");
    file("pid_splits.json", "{\"test\": [\"1\"]}");
    file("problems.json", "{" + problem.formatted(1, 7) + "}");
    assertThatThrownBy(() -> read("scienceqa", folder)).hasMessageStartingWith("problems.json:1: ");
  }

  @Test
  void leavesOutAnElementThatIsNoObject() throws IOException {
    String item =
        "{\"question_type\": \"what\", \"question\": \"What?\", \"question_id\": %d,"
            + " \"image_id\": 1}";
    for (String bad : List.of("3", "[{}, [2]]", "null", "\"x\"")) {
      file(
          "v2_OpenEnded_mscoco_test2015_questions.json",
          "{\"questions\": ["
              + String.join(",\n", item.formatted(1), bad, item.formatted(3))
              + "]}");

      Read read = read("vqav2", folder);

      assertThat(read.ids()).containsExactly("1", "3");
      assertThat(read.warning()).contains("questions.json:2: expected a JSON object, found ");
    }
    file(
        "v2_OpenEnded_mscoco_test2015_questions.json",
        "{\"questions\": ["
            + String.join(",\n", item.formatted(1), "{x", item.formatted(3))
            + "]}");
    assertThatThrownBy(() -> read("vqav2", folder))
        .as("nothing behind it is certain")
        .hasMessageMatching(
            "v2_OpenEnded_mscoco_test2015_questions.json:2: not valid JSON .*, column 3: .*");
  }

  @Test
  void knowsTheIdsOfQuestionsThatAreLeftOut() throws IOException {
    SourceFiles source =
        Reading.source(
            file(
                "q.jsonl",
                own(1),
                "{\"question_id\": 2, \"text\": ",
                own(3),
                "{\"text\": {\"question_id\": 9}, \"question_id\": \"4\"}",
                own(5),
                "{\"text\": \"Why?\"",
                own(6),
                "{\"text\": \"Why?\"}"));

    Benchmarks.KNOWN.named("custom").read(source, PromptProfile.LLAVA, question -> {});

    assertThat(source.leftOut().count()).isEqualTo(4);
    assertThat(source.leftOut().ids()).containsExactlyInAnyOrder("2", "4");
    assertThat(source.leftOut().unnamed()).isEqualTo(2);
  }

  private static String option(String index, String question, String image) {
    return String.join("\t", index, question, "cat", "dog", "A", "x", image);
  }

  /** Rotations of a question are right together, so they are left out together. */
  @Test
  void leavesOutACircleOfMmbench() throws IOException {
    String header = "index\tquestion\tA\tB\tanswer\tcategory\timage";
    for (String bad :
        List.of(
            option("1000002", "", IMAGE),
            option("1000002", "Who?", "%%%"),
            option("1000002", "Why?", IMAGE),
            option("-2", "Who?", IMAGE),
            option("x", "Who?", IMAGE))) {
      file(
          "mmbench_dev.tsv",
          header,
          option("1", "Who?", IMAGE),
          option("2", "Who?", IMAGE),
          bad,
          option("3", "Who?", IMAGE),
          option("4", "Who?", "3"));

      Read read = read("mmbench", folder);

      boolean known = bad.startsWith("1000002");
      assertThat(read.ids())
          .as(bad)
          .isEqualTo(known ? List.of("1", "3", "4") : List.of("1", "2", "3", "4"));
      assertThat(read.leftOut()).as(bad).isEqualTo(known ? 2 : 1);
      assertThat(read.warning()).as(bad).contains(": mmbench_dev.tsv:4: ");
    }
    file(
        "mmbench_dev.tsv",
        header,
        option("1", "Who?", IMAGE),
        option("2", "Who?", IMAGE),
        "1000002\tWho?\tcat",
        option("3", "Who?", IMAGE) + "\tx",
        option("4", "Who?", IMAGE));
    Read ragged = read("mmbench", folder);
    assertThat(ragged.ids()).containsExactly("1", "4");
    assertThat(ragged.leftOut()).isEqualTo(3);
    assertThat(ragged.warning())
        .contains(
            "mmbench_dev.tsv:4: 3 cells in this row, 7 in the header",
            "mmbench_dev.tsv:5: 8 cells in this row");
    file("mmbench_dev.tsv", header, option("x", "Who?", IMAGE), option("y", "Who?", IMAGE));
    assertThatThrownBy(() -> read("mmbench", folder))
        .hasMessage("mmbench_dev.tsv:2: expected the index of a row, a whole number; found 'x'");
  }
}
