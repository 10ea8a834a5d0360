package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Goldens;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Reading;
import io.prumerge.location.HubCache;
import io.prumerge.prepare.BenchmarkSettings;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The published benchmarks that are files: their data's forms, wordings and scores. */
class PublishedFilesTest {

  private static final String PICTURE = "iVBORw0KGgo".repeat(20);

  /** VLMEvalKit e8e78f0 does not have these. */
  private static final Set<String> ONLY_LMMS_EVAL = Set.of("egoschema", "next-qa");

  /** They keep the wordings and profiles of the classes that they were. */
  private static final Set<String> FORMER_CLASSES = Set.of("gqa", "pope", "vizwiz");

  @TempDir private Path folder;

  static Stream<String> names() {
    return PublishedFiles.names().stream();
  }

  private static Benchmark named(String name) {
    return Benchmarks.KNOWN.named(name);
  }

  private List<BenchmarkQuestion> read(String name, String prompts, Path... sources)
      throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = Reading.source(sources);
    named(name).read(source, named(name).prompts(Optional.of(prompts)), questions::add);
    assertThat(source.leftOut().warning()).isEmpty();
    return questions;
  }

  /** Reads one row of a JSON file. */
  private BenchmarkQuestion row(String name, String prompts, Map<String, Object> row)
      throws IOException {
    Path file = folder.resolve("row.jsonl");
    Files.writeString(file, new ObjectMapper().writeValueAsString(row) + "\n");
    return read(name, prompts, file).get(0);
  }

  @ParameterizedTest
  @MethodSource("names")
  void isWordedLikeBothHarnesses(String name) {
    Benchmark benchmark = named(name);
    for (String prompts : List.of("llava", "lmms-eval")) {
      assertThat(benchmark.prompts(Optional.of(prompts)).name()).isEqualTo(prompts);
    }
    if (!FORMER_CLASSES.contains(name)) {
      assertThat(benchmark.prompts(Optional.of("qwen")).name()).isEqualTo("qwen");
    }
    if (!ONLY_LMMS_EVAL.contains(name)) {
      assertThat(benchmark.prompts(Optional.of("vlmevalkit")).name()).isEqualTo("vlmevalkit");
    }
    assertThat(benchmark.prompts(Optional.empty()).name()).isEqualTo("llava");
    assertThat(benchmark.profiles()).contains("lmms-eval");
    if (!name.equals("mathvision") // there it asks a judge
        && !ONLY_LMMS_EVAL.contains(name)
        && !FORMER_CLASSES.contains(name)) {
      assertThat(benchmark.profiles()).contains("vlmevalkit");
    }
    assertThat(benchmark.hubData().orElseThrow().names()).isNotEmpty();
    assertThat(benchmark.definition()).as("travels with the program").isEmpty();
    assertThat(benchmark.turnsPictures()).isFalse();
  }

  /** See notebooks/goldens/make_wording_goldens.py. */
  @Test
  void lmmsEvalsWordingsAreThoseOfItsCode() throws IOException {
    Map<List<String>, List<JsonNode>> goldens = new LinkedHashMap<>();
    Goldens.read(
        "rules/wordings.jsonl.gz",
        one ->
            goldens
                .computeIfAbsent(
                    List.of(one.get(0).textValue(), one.get(1).textValue()),
                    absent -> new ArrayList<>())
                .add(one));
    for (Map.Entry<List<String>, List<JsonNode>> rows : goldens.entrySet()) {
      String wording = rows.getKey().get(1);
      String[] lines =
          rows.getValue().stream()
              .map(one -> one.get(2).toString().replace("<picture>", PICTURE))
              .toArray(String[]::new);
      Path file = Reading.write(folder, "action_count.jsonl", lines);
      List<BenchmarkQuestion> questions = read(rows.getKey().get(0), wording, file);
      assertThat(questions)
          .as("%s", rows.getKey())
          .extracting(BenchmarkQuestion::prompt)
          .containsExactlyElementsOf(
              rows.getValue().stream().map(one -> one.get(4).textValue()).toList());
      if (wording.equals("lmms-eval-qwen3-vl")) {
        assertThat(questions.get(0).maxNewTokens().orElse(0))
            .isEqualTo(rows.getValue().get(0).get(3).asInt());
      }
    }
  }

  private static List<PrepareOptions> asked(String... names) {
    return new BenchmarkSettings()
        .options(List.of(names), OptionalLong.empty(), List.of(), List.of(), Optional.empty());
  }

  @Test
  void listsStandForBenchmarksOfARun() {
    assertThat(asked("@docs", "pope"))
        .extracting(options -> options.benchmark().name())
        .containsExactly("textvqa", "chartqa", "docvqa", "infographicvqa", "ocrbench", "pope");
    for (String name : new BenchmarkLists()) {
      if (name.startsWith("@")) {
        assertThat(Benchmarks.KNOWN.names())
            .as(name)
            .containsAll(BenchmarkLists.expanded(name).toList());
      }
    }
    assertThatThrownBy(() -> asked("@docs", "chartqa")).hasMessageContaining("is given twice");
    assertThatThrownBy(() -> NamedBenchmark.of("@docs"))
        .hasMessageStartingWith("@docs is a list of benchmarks; name one of them here: textvqa,");
    assertThatThrownBy(() -> BenchmarkLists.expanded("@paper"))
        .hasMessageContaining("did you mean @paper6?");
  }

  @Test
  void aCopyNamesTheDataSetAsTheCacheHasIt() throws IOException {
    HubCache cache = new HubCache(folder);
    String usual = "data: \"hf:lmms-lab/egoschema\"";
    assertThat(PublishedFiles.copy("egoschema", "own", cache).lines()).contains(usual);
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path set = folder.resolve("datasets--lmms-eval--egoschema");
    Reading.write(set, "refs/main", commit);
    Reading.write(set, "snapshots/" + commit + "/README.md", "");

    assertThat(PublishedFiles.copy("egoschema", "own", cache).lines())
        .contains("data: \"hf:lmms-eval/egoschema\"")
        .doesNotContain(usual);
  }

  @Test
  void aUsersFileTakesNoneOfTheNames() {
    assertThatThrownBy(
            () ->
                BenchmarkFile.parse(
                    "name: chartqa\ndata: a.csv\ncolumns: {question: q}\n", "mine.yaml"))
        .hasMessageContaining("mine.yaml:1: name: 'chartqa' is a benchmark of this project");
  }

  @ParameterizedTest
  @CsvSource({
    "type, human_test, human",
    "type, augmented_test, augmented",
    "split, test_human, human",
    "human_or_machine, 1, augmented",
  })
  void chartQaIsReadByItsColumns(String column, String value, String category) throws IOException {
    boolean queries = column.equals("human_or_machine");
    BenchmarkQuestion question =
        row(
            "chartqa",
            "lmms-eval",
            Map.of(
                "index",
                7,
                "image",
                PICTURE,
                queries ? "query" : "question",
                "How many?",
                queries ? "label" : "answer",
                queries ? List.of("14") : "[2011, 2014]",
                column,
                value));

    assertThat(question.category()).isEqualTo(category);
    assertThat(question.prompt()).isEqualTo("How many?\nAnswer the question with a single word.");
    assertThat(question.maxNewTokens()).hasValue(16);
    assertThat(question.answers()).containsExactly(queries ? "14" : "[2011, 2014]");
    assertThat(question.image().orElseThrow()).isInstanceOf(ImagePlace.Base64Text.class);
    assertThat(
            row(
                    "chartqa",
                    "llava",
                    Map.of("image", PICTURE, "question", "?", "answer", "1", "type", "x"))
                .maxNewTokens())
        .isEmpty();
  }

  @Test
  void chartQasOriginalFilesNameTheirSplits() throws IOException {
    String row = "[{\"imgname\": \"1.png\", \"query\": \"How many?\", \"label\": \"3\"}]";
    Path human = Reading.write(folder, "test_human.json", row);
    Path augmented = Reading.write(folder, "test_augmented.json", row);
    Files.createDirectory(folder.resolve("png"));

    List<BenchmarkQuestion> questions =
        read("chartqa", "llava", human, augmented, folder.resolve("png"));

    assertThat(questions)
        .extracting(BenchmarkQuestion::category)
        .containsExactly("human", "augmented");
    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("1", "2");
    assertThat(questions.get(0).image()).contains(new ImagePlace.InFolder("1.png"));
  }

  @Test
  void dataOfAnotherFormAreRefusedWithWhatTheyLack() throws IOException {
    Path file = Reading.write(folder, "q.jsonl", "{\"image\": \"x\", \"question\": \"?\"}");

    assertThatThrownBy(() -> read("chartqa", "llava", file))
        .hasMessageContaining("q.jsonl has none of the known forms: ")
        .hasMessageContaining("lmms-lab/ChartQA's Parquet files needs 'answer', 'type'")
        .hasMessageContaining("its columns: image, question");
  }

  private static void addList(Group row, String column, String... values) {
    Group list = row.addGroup(column);
    for (String value : values) {
      list.addGroup(0).append("element", value);
    }
  }

  private void hubTable(String config, String types, String other) throws IOException {
    Path file = folder.resolve(config).resolve("validation-00000-of-00001.parquet");
    Files.createDirectories(file.getParent());
    String text = "optional binary %s (STRING); ";
    try (ParquetFixture table =
        ParquetFixture.file(
            file,
            text.formatted("questionId")
                + text.formatted("question")
                + text.formatted(other)
                + ParquetFixture.image("image")
                + ParquetFixture.list(types, text.formatted("element"))
                + ParquetFixture.list("answers", text.formatted("element")))) {
      table.row(
          row -> {
            row.append("questionId", "49153").append("question", "Of " + config + "?");
            row.append(other, "x");
            ParquetFixture.image(row, "image", new byte[] {1});
            addList(row, types, "layout", "table/list");
            addList(row, "answers", "14", "fourteen");
          });
    }
  }

  @Test
  void docVqaAndInfographicVqaShareADataSet() throws IOException {
    hubTable("DocVQA", "question_types", "docId");
    hubTable("InfographicVQA", "answer_type", "image_url");

    BenchmarkQuestion document = read("docvqa", "qwen", folder).get(0);
    assertThat(document.prompt())
        .isEqualTo(
            "Of DocVQA?\nPlease try to answer the question with short words or phrases if"
                + " possible.");
    assertThat(document.category()).isEqualTo("layout");
    assertThat(document.extra()).containsEntry(BenchmarkQuestion.GROUPS, "table/list");
    assertThat(document.answers()).containsExactly("14", "fourteen");
    List<BenchmarkQuestion> posters = read("infographicvqa", "lmms-eval", folder);
    assertThat(posters)
        .extracting(BenchmarkQuestion::question)
        .containsExactly("Of InfographicVQA?");
    assertThat(posters.get(0).maxNewTokens()).hasValue(32);
    assertThat(named("gqa").hubData().orElseThrow().files())
        .isEqualTo(
            "--include '*testdev_balanced_instructions/testdev-*'"
                + " --include '*testdev_balanced_images/testdev-*'");
    assertThat(named("infographicvqa").hubData().orElseThrow().files())
        .isEqualTo("--include '*InfographicVQA/validation-*'");
  }

  @Test
  void docVqasAnswersAreWrittenForItsServer() throws IOException {
    Path data =
        Reading.write(
            folder,
            "test_v1.0.json",
            "{\"dataset_name\": \"docvqa\", \"data\": [{\"questionId\": \"65\", \"docId\": 3,"
                + " \"question\": \"Who?\", \"image\": \"documents/a.png\"}]}");
    Files.createDirectory(folder.resolve("documents"));
    List<BenchmarkQuestion> questions = read("docvqa", "llava", data, folder.resolve("documents"));
    assertThat(questions.get(0).answers()).isEmpty();

    Path written =
        Reading.export(named("docvqa"), questions, question -> "me", folder.resolve("out"))
            .resolve("docvqa_test.json");

    assertThat(written).hasContent("[{\"questionId\":65,\"answer\":\"me\"}]");
    assertThat(Reading.answers(named("docvqa"), written))
        .extracting(GivenAnswer::key)
        .containsExactly("65");
  }

  @Test
  void ocrBenchComparesFormulasWithTheirCase() throws IOException {
    Map<String, Object> row =
        Map.of(
            "image",
            PICTURE,
            "question",
            "Write it.",
            "answer",
            List.of("X ^ 2"),
            "question_type",
            "Handwritten Mathematical Expression Recognition");
    Reference formula = row("ocrbench", "lmms-eval", row).reference();
    Benchmark benchmark = named("ocrbench");
    assertThat(benchmark.score("official", "$X^2$", formula).value()).isEqualTo(1);
    assertThat(benchmark.score("official", "x^2", formula).value()).isZero();

    BenchmarkQuestion text =
        row(
            "ocrbench",
            "llava",
            Map.of(
                "id", 3,
                "image_path", "a.jpg",
                "question", "What?",
                "answers", "CENTRE",
                "type", "Regular Text Recognition"));
    assertThat(text.category()).isEqualTo("Regular Text Recognition");
    assertThat(text.extra()).containsEntry(BenchmarkQuestion.GROUPS, "Text Recognition");
    assertThat(benchmark.score("official", "It says centre.", text.reference()).value())
        .isEqualTo(1);
  }

  @Test
  void ai2dsOptionsAreAListOrColumns() throws IOException {
    BenchmarkQuestion list =
        row(
            "ai2d",
            "vlmevalkit",
            Map.of(
                "image",
                PICTURE,
                "question",
                "Which?",
                "options",
                List.of("egg", "larva"),
                "answer",
                "1"));
    BenchmarkQuestion columns =
        row(
            "ai2d",
            "llava",
            Map.of(
                "index",
                5,
                "image",
                PICTURE,
                "question",
                "哪个？",
                "A",
                "egg",
                "B",
                "larva",
                "C",
                "",
                "D",
                "",
                "answer",
                "B"));

    assertThat(list.prompt())
        .isEqualTo(
            "Question: Which?\nOptions:\nA. egg\nB. larva\n"
                + "Please select the correct answer from the options above. \n");
    assertThat(columns.prompt()).isEqualTo("哪个？\nA. egg\nB. larva\n请直接回答选项字母。");
    for (BenchmarkQuestion question : List.of(list, columns)) {
      assertThat(named("ai2d").score("lmms-eval", "b", question.reference()).value()).isEqualTo(1);
      assertThat(named("ai2d").chance(question.reference())).isEqualTo(0.5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'What?\nOptions: A: a, b., B: c, C: d, D: e.', What?, 'a, b.|c|d|e.'",
    "'Hint: H\nQuestion: What?\nChoices:\n(A) a\n(B) b\n(C) c\n(D) d', 'Hint: H\nQuestion: What?', a|b|c|d",
    "'What?\n(A) a\n(B) b\n(C) c\n(D) d', What?, a|b|c|d",
    "'What?\nChoices:\n(A) A\n(B) B\n(C) C', What?, A|B|C",
  })
  void mmStarsQuestionsHoldTheirOptions(String text, String bare, String options)
      throws IOException {
    Map<String, Object> row =
        Map.of(
            "index",
            0,
            "image",
            PICTURE,
            "question",
            text,
            "answer",
            "A",
            "category",
            "math",
            "l2_category",
            "geometry");
    BenchmarkQuestion question = row("mmstar", "lmms-eval", row);

    assertThat(question.prompt())
        .isEqualTo(text + "\nAnswer with the option's letter from the given choices directly");
    assertThat(question.question()).isEqualTo(bare);
    assertThat(question.options()).containsExactly(options.split("\\|"));
    assertThat(row("mmstar", "llava", row).prompt())
        .startsWith(bare + "\nA. ")
        .endsWith("directly.");
    assertThat(named("mmstar").metrics("lmms-eval").get(0).name()).isEqualTo("average");
    assertThat(named("mmstar").metrics("official").get(0).name()).isEqualTo("accuracy");
  }

  private BenchmarkQuestion mmmu(String prompts, String options, String answer) throws IOException {
    Map<String, Object> row =
        new HashMap<>(
            Map.of(
                "id",
                "validation_Art_Theory_7",
                "question",
                "Is <image 2> like <image 1>?",
                "options",
                options,
                "answer",
                answer));
    for (int i = 1; i <= 7; i++) {
      row.put("image_" + i, i < 3 ? PICTURE : "");
    }
    return row("mmmu", prompts, row);
  }

  @Test
  void mmmusPicturesStandFirstOrAtTheirMarkers() throws IOException {
    BenchmarkQuestion first = mmmu("lmms-eval", "['yes', 'see <image 1>']", "B");
    assertThat(first.prompt())
        .isEqualTo(
            "Is <image 2> like <image 1>?\nA. yes\nB. see <image 1>\n\n"
                + "Answer with the option's letter from the given choices directly.");
    assertThat(first.image().orElseThrow().single())
        .extracting(ImagePlace::id)
        .containsExactly("validation_Art_Theory_7/image_1", "validation_Art_Theory_7/image_2");
    assertThat(first.category()).isEqualTo("Art_Theory");
    assertThat(first.extra()).containsEntry(BenchmarkQuestion.GROUPS, "Art and Design");

    BenchmarkQuestion marked = mmmu("vlmevalkit", "['yes', 'see <image 1>']", "B");
    assertThat(marked.prompt())
        .startsWith("Question: Is <image> like <image>?\nOptions:\nA. yes\nB. see <image>\n");
    assertThat(marked.image().orElseThrow().single())
        .extracting(ImagePlace::id)
        .containsExactly(
            "validation_Art_Theory_7/image_2",
            "validation_Art_Theory_7/image_1",
            "validation_Art_Theory_7/image_1");
  }

  @Test
  void mmmusOwnWordingShowsOnePicture() throws IOException {
    BenchmarkQuestion choice = mmmu("mmmu", "['yes', 'see <image 1>']", "B");
    assertThat(choice.prompt())
        .isEqualTo(
            "Is <image 2> like <image 1>?\n(A) yes\n(B) see <image 1>\n\n"
                + "Answer with the option's letter from the given choices directly.");
    assertThat(choice.image().orElseThrow().id()).isEqualTo("validation_Art_Theory_7/image_1");
    assertThat(choice.maxNewTokens()).hasValue(128);
    assertThat(mmmu("mmmu", "[]", "24").prompt())
        .isEqualTo(
            "Is <image 2> like <image 1>?\nAnswer the question using a single word or phrase.");
  }

  @Test
  void mmmusTsvHoldsListsOfPicturesAndSplits() throws IOException {
    String pictures = "['" + PICTURE + "', '" + PICTURE + "']";
    String row = "%s\tIs <image 2> like <image 1>?\t%s\t\t\t\t\t\t\t\t%s\tArt_Theory\t%s\t%s";
    Path file =
        Reading.write(
            folder,
            "MMMU_DEV_VAL.tsv",
            "index\tquestion\tA\tB\tC\tD\tE\tF\tG\tH\tI\tanswer\tcategory\tsplit\timage",
            row.formatted("1", "yes\tno", "A", "dev", pictures),
            row.formatted("2", "yes\tno", "B", "validation", pictures),
            row.formatted("3", "\t", "['24', 'twenty']", "validation", pictures));

    List<BenchmarkQuestion> questions = read("mmmu", "llava", file);
    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("2", "3");
    BenchmarkQuestion choice = questions.get(0);
    assertThat(choice.image().orElseThrow().single())
        .extracting(ImagePlace::id)
        .containsExactly("2/0", "2/1");
    assertThat(choice.category()).isEqualTo("Art_Theory");
    assertThat(choice.extra()).containsEntry(BenchmarkQuestion.GROUPS, "Art and Design");
    assertThat(choice.options()).containsExactly("yes", "no");
    assertThat(questions.get(1).answers()).containsExactly("24", "twenty");
    assertThat(questions.get(1).options()).isEmpty();
    assertThat(read("mmmu", "vlmevalkit", file).get(0).image().orElseThrow().single())
        .extracting(ImagePlace::id)
        .containsExactly("2/1", "2/0");

    SourceFiles dev = Reading.source(Optional.of("dev"), file);
    List<BenchmarkQuestion> others = new ArrayList<>();
    named("mmmu").read(dev, named("mmmu").prompts(Optional.empty()), others::add);
    assertThat(others).extracting(BenchmarkQuestion::id).containsExactly("1");
    assertThat(dev.splitsRead()).containsExactly("dev");
    assertThatThrownBy(
            () ->
                named("mmmu")
                    .read(
                        Reading.source(Optional.of("test"), file),
                        named("mmmu").prompts(Optional.empty()),
                        others::add))
        .hasMessageContaining("There are no questions of the split test in")
        .hasMessageEndingWith("it has rows of dev, validation; name one by split");
  }

  @Test
  void mmmusOpenQuestionsHaveTheirRule() throws IOException {
    Benchmark benchmark = named("mmmu");
    BenchmarkQuestion open = mmmu("lmms-eval", "[]", "['24', 'twenty']");
    assertThat(open.prompt()).endsWith("?\n\nAnswer the question using a single word or phrase.");
    assertThat(open.answers()).containsExactly("24", "twenty");
    assertThat(benchmark.score("official", "It is 24.", open.reference()).value()).isEqualTo(1);
    assertThat(benchmark.score("lmms-eval", "It is 24.", open.reference()).value()).isEqualTo(1);
    assertThat(benchmark.score("lmms-eval-75571cf", "It is 24.", open.reference()).value())
        .isZero();
    BenchmarkQuestion choice = mmmu("llava", "['yes', 'no']", "A");
    assertThat(benchmark.score("official", "(A) yes", choice.reference()).value()).isEqualTo(1);

    Path written =
        Reading.export(benchmark, List.of(choice), question -> "A", folder.resolve("out"))
            .resolve("mmmu.json");
    assertThat(Files.readString(written)).contains("\"validation_Art_Theory_7\" : \"A\"");
    assertThat(Reading.answers(benchmark, written))
        .extracting(GivenAnswer::key)
        .containsExactly("validation_Art_Theory_7");
  }

  @Test
  void hallusionBenchAsksAboutPicturesAlone() throws IOException {
    String row =
        "{\"category\": \"VS\", \"subcategory\": \"map\", \"visual_input\": \"%s\","
            + " \"set_id\": \"3\", \"figure_id\": \"%s\", \"question_id\": \"1\","
            + " \"question\": \"Is it?\", \"gt_answer\": \"%s\", \"gt_answer_details\": \"x\","
            + " \"filename\": %s}";
    Path file =
        Reading.write(
            folder,
            "HallusionBench.json",
            "[" + row.formatted("0", "0", "1", "null") + ",",
            row.formatted("1", "1", "1", "\"VS/a.png\"") + ",",
            row.formatted("2", "2", "0", "\"VS/b.png\"") + "]");
    Files.createDirectory(folder.resolve("pictures"));
    List<BenchmarkQuestion> questions =
        read("hallusionbench", "qwen", file, folder.resolve("pictures"));

    assertThat(questions)
        .extracting(question -> question.extra().get(BenchmarkQuestion.UNIT))
        .containsExactly(
            "question\tVS/map/3/1\nfigure\tVS/map/3/1", "question\tVS/map/3/1\nfigure\tVS/map/3/2");
    assertThat(questions)
        .extracting(BenchmarkQuestion::answers)
        .containsExactly(List.of("yes"), List.of("no"));
    assertThat(questions.get(0).prompt()).isEqualTo("Is it? Please answer yes or no.");
    assertThat(named("hallusionbench").joinsImages()).isTrue();
  }

  @Test
  void hallusionBenchsTsvNamesItsUnitsInItsIndex() throws IOException {
    String row = "%s\t" + PICTURE + "\tIs it?\t%s\tVS\tVS_map";
    Path file =
        Reading.write(
            folder,
            "HallusionBench.tsv",
            "index\timage\tquestion\tanswer\tcategory\tl2-category",
            row.formatted("VS_map_1_3_1_0", "Yes"),
            row.formatted("VS_map_2_3_2_0", "No"));
    List<BenchmarkQuestion> questions = read("hallusionbench", "vlmevalkit", file);

    assertThat(questions)
        .extracting(question -> question.extra().get(BenchmarkQuestion.UNIT))
        .containsExactly(
            "question\tVS/map/3/0\nfigure\tVS/map/3/1", "question\tVS/map/3/0\nfigure\tVS/map/3/2");
    assertThat(questions.get(0).category()).isEqualTo("category=VS");
    assertThat(questions.get(0).extra().get(BenchmarkQuestion.GROUPS))
        .isEqualTo("subcategory=map\nvisual_input=1");
    assertThat(questions)
        .extracting(BenchmarkQuestion::answers)
        .containsExactly(List.of("yes"), List.of("no"));
    assertThat(
            named("hallusionbench")
                .score("vlmevalkit", "Yes, it is.", questions.get(0).reference())
                .value())
        .isEqualTo(1);

    Path odd =
        Reading.write(
            folder,
            "odd.tsv",
            "index\timage\tquestion\tanswer\tcategory",
            "7\t" + PICTURE + "\tIs it?\tNo\tVS",
            "VS_map_1_3_1_0\t" + PICTURE + "\tIs it?\tNo\tVS");
    SourceFiles source = Reading.source(odd);
    List<BenchmarkQuestion> kept = new ArrayList<>();
    named("hallusionbench")
        .read(source, named("hallusionbench").prompts(Optional.empty()), kept::add);
    assertThat(kept).hasSize(1);
    assertThat(source.leftOut().warning().orElseThrow())
        .contains("odd.tsv:2: 'index' has not the parts of '^[^_]*_(?P<subcategory>");
  }

  @Test
  void mathVistasHintsAndRulesFollowTheKindOfAnswer() throws IOException {
    Path file = folder.resolve("testmini.json");
    Files.writeString(
        file,
        "{\"1\": {\"pid\": \"1\", \"question\": \"How long?\", \"image\": \"images/1.jpg\","
            + " \"choices\": null, \"unit\": \"cm\", \"precision\": 1.0, \"answer\": \"1.2\","
            + " \"question_type\": \"free_form\", \"answer_type\": \"float\","
            + " \"metadata\": {\"task\": \"geometry\", \"skills\": [\"a\", \"b\"],"
            + " \"context\": null, \"grade\": null, \"language\": null}},"
            + " \"2\": {\"pid\": \"2\", \"question\": \"Which?\", \"image\": \"images/1.jpg\","
            + " \"choices\": [\"egg\", \"larva\"], \"unit\": null, \"precision\": null,"
            + " \"answer\": \"larva\", \"question_type\": \"multi_choice\","
            + " \"answer_type\": \"text\", \"metadata\": {\"task\": \"x\", \"skills\": []}}}");
    Files.createDirectory(folder.resolve("images"));
    List<BenchmarkQuestion> questions = read("mathvista", "llava", file, folder.resolve("images"));

    BenchmarkQuestion number = questions.get(0);
    assertThat(number.prompt())
        .isEqualTo(
            "Hint: Please answer the question requiring a floating-point number with one decimal"
                + " place and provide the final value, e.g., 1.2, 1.3, 1.4, at the end.\n"
                + "Question: How long? (Unit: cm)");
    assertThat(number.category()).isEqualTo("question_type=free_form");
    assertThat(number.extra().get(BenchmarkQuestion.GROUPS).split("\n"))
        .containsExactly(
            "answer_type=float",
            "metadata.task=geometry",
            "metadata.skills=a",
            "metadata.skills=b");
    assertThat(questions.get(1).prompt())
        .endsWith("\nQuestion: Which?\nChoices:\n(A) egg\n(B) larva");
    assertThat(read("mathvista", "lmms-eval", file, folder.resolve("images")))
        .extracting(BenchmarkQuestion::prompt)
        .containsExactly(
            "How long? (Unit: cm)\nAnswer the question using a single floating-point number with"
                + " one decimal place.",
            "Which?\nA. egg\nB. larva\n"
                + "Answer with the option's letter from the given choices directly.");

    Benchmark benchmark = named("mathvista");
    assertThat(benchmark.score("official", "1.24", number.reference()).value()).isEqualTo(1);
    assertThat(benchmark.score("lmms-eval-75571cf", "1.24", number.reference()).value()).isZero();
    assertThat(benchmark.score("official", "larva", questions.get(1).reference()).value())
        .isEqualTo(1);
  }

  @Test
  void mathVisionAsksForABox() throws IOException {
    Map<String, Object> row =
        Map.of(
            "id", "4",
            "question", "How many?\n<image1>",
            "options", List.of("1", "2"),
            "image", "images/4.jpg",
            "answer", "B",
            "subject", "counting",
            "level", 2);
    BenchmarkQuestion question = row("mathvision", "lmms-eval", row);

    assertThat(question.prompt())
        .isEqualTo(
            "Please solve the problem step by step and put your answer in one \"\\boxed{}\"."
                + "How many?\n<image1>\nChoices: A. 1\nB. 2\n"
                + "Answer the question with the option's letter from the given choices directly.");
    assertThat(question.category()).isEqualTo("subject=counting");
    assertThat(named("mathvision").score("official", "\\boxed{2}", question.reference()).value())
        .isEqualTo(1);
  }

  @Test
  void aMarkerWithoutItsPictureIsAFault() {
    assertThatThrownBy(() -> MarkedImages.of("<image 3>", List.of()))
        .hasMessage("names picture 3, but there are 0: <image 3>");
    assertThat(MarkedImages.of("none", List.of())).isEqualTo(new MarkedImages("none", List.of()));
    assertThatThrownBy(() -> MarkedImages.of("<image 1>", List.of(Optional.empty())))
        .hasMessage("names picture 1, which is empty: <image 1>");
  }

  @ParameterizedTest
  @CsvSource({
    "coco-caption, id, image, answer, coco_url, 'Provide a one-sentence caption for the provided image.'",
    "coco-caption, index, image, answer, x, 'Provide a one-sentence caption for the provided image.'",
    "flickr30k, img_id, image, caption, x, 'Provide a one-sentence caption for the provided image.'",
    "nocaps, image_id, image, annotations_captions, x, 'Provide a one-sentence caption for the provided image.'",
  })
  void captionsAreAskedForByOneQuestion(
      String name, String id, String image, String answers, String more, String prompt)
      throws IOException {
    Map<String, Object> row =
        Map.of(id, 7, image, PICTURE, answers, List.of("A cat.", "The cat"), more, "x");
    BenchmarkQuestion question = row(name, "lmms-eval", row);
    assertThat(question.prompt()).isEqualTo(prompt);
    assertThat(question.maxNewTokens()).hasValue(64);
    assertThat(question.answers()).containsExactly("A cat.", "The cat");
    assertThat(row(name, "vlmevalkit", row).prompt())
        .isEqualTo(
            "Please describe this image in general. Directly provide the description, do not"
                + " include prefix like \"This image depicts\". ");
    Path written =
        Reading.export(named(name), List.of(question), one -> "a cat", folder.resolve("out"))
            .resolve("captions_results.json");
    assertThat(written).hasContent("[{\"image_id\":7,\"caption\":\"a cat\"}]");
    assertThat(named(name).metrics("official"))
        .extracting(MetricRule::name)
        .containsExactly("cider", "bleu_4", "bleu_3", "bleu_2", "bleu_1", "rouge_l");
  }

  @Test
  void karpathysPicturesAreInAFolder() throws IOException {
    Path data =
        Reading.write(
            folder,
            "test.jsonl",
            "{\"cocoid\": 391895, \"filename\": \"COCO_val2014_000000391895.jpg\", \"sentences\":"
                + " [\"A man\"], \"url\": \"x\"}");
    Files.createDirectory(folder.resolve("val2014"));
    BenchmarkQuestion question =
        read("coco-caption", "lmms-eval-karpathy", data, folder.resolve("val2014")).get(0);
    assertThat(question.prompt()).isEqualTo("Describe the image briefly.");
    assertThat(question.id()).isEqualTo("391895");
    assertThat(question.image()).contains(new ImagePlace.InFolder("COCO_val2014_000000391895.jpg"));
  }

  @Test
  void karpathysOwnFileHasAllSplits() throws IOException {
    String image =
        "{\"filepath\": \"val2014\", \"filename\": \"%s.jpg\", \"imgid\": 0, \"split\": \"%s\","
            + " \"cocoid\": %d, \"sentences\": [{\"tokens\": [\"a\"], \"raw\": \"A man.\"},"
            + " {\"tokens\": [], \"raw\": \"Men\"}]}";
    Path data =
        Reading.write(
            folder,
            "dataset_coco.json",
            "{\"images\": [%s, %s], \"dataset\": \"coco\"}"
                .formatted(image.formatted("a", "train", 1), image.formatted("b", "test", 2)));
    Files.createDirectory(folder.resolve("val2014"));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = Reading.source(Optional.of("test"), data, folder.resolve("val2014"));
    named("coco-caption")
        .read(source, named("coco-caption").prompts(Optional.empty()), questions::add);
    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("2");
    assertThat(questions.get(0).answers()).containsExactly("A man.", "Men");
    assertThat(questions.get(0).image()).contains(new ImagePlace.InFolder("b.jpg"));

    Path flickr =
        Reading.write(
            folder,
            "dataset_flickr30k.json",
            "{\"images\": [%s], \"dataset\": \"flickr30k\"}"
                .formatted(image.formatted("c", "test", 3).replace("cocoid", "sentids")));
    Files.createDirectory(folder.resolve("flickr30k-images"));
    assertThat(read("flickr30k", "llava", flickr, folder.resolve("flickr30k-images")))
        .singleElement()
        .satisfies(one -> assertThat(one.answers()).containsExactly("A man.", "Men"));
  }

  @Test
  void realWorldQaIsScoredAsLmmsEvalDoes() throws IOException {
    Benchmark benchmark = named("realworldqa");
    List<String> options = List.of("left", "right", "straight", "back");
    for (JsonNode one : Goldens.document("rules/realworldqa_mmstar_vectors.json")) {
      String truth = one.get("truth").textValue();
      boolean letter = truth.matches("[A-Za-z]");
      Reference reference =
          new Reference("", "", List.of(truth), letter ? options : List.of(), Map.of());
      assertThat(benchmark.score("lmms-eval", one.get("answer").textValue(), reference).value())
          .as(one.toString())
          .isEqualTo(one.get("lmms_realworldqa").doubleValue());
      if (one.has("lmms_mmstar")) {
        assertThat(named("mmstar").score("lmms-eval", one.get("answer").textValue(), reference))
            .as(one.toString())
            .returns(one.get("lmms_mmstar").doubleValue(), Benchmark.Score::value);
      }
    }
  }

  @Test
  void realWorldQaAsksWhatTheDataSay() throws IOException {
    String text =
        "Which way?\n\nA. Left\nB. Right\n\nPlease answer directly with only the letter of the"
            + " correct option and nothing else.";
    BenchmarkQuestion question =
        row("realworldqa", "lmms-eval", Map.of("image", PICTURE, "question", text, "answer", "A"));
    assertThat(question.prompt()).isEqualTo(text);
    assertThat(question.options()).containsExactly("Left", "Right");

    BenchmarkQuestion open =
        row("realworldqa", "llava", Map.of("image", PICTURE, "question", "Hm?", "answer", "2"));
    assertThat(open.options()).isEmpty();
    assertThat(open.prompt()).isEqualTo("Hm?\nAnswer the question directly.");
    assertThat(named("realworldqa").chance(open.reference())).isZero();
  }

  /**
   * But for the rules that their files name, and the miniature, which writes files of their form.
   */
  @Test
  void noClassKnowsThem() throws IOException {
    Path sources = Path.of(System.getProperty("project.root"), "jobs", "src", "main", "java");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Stream.of("rule", "mini", "demo").noneMatch(file.getParent()::endsWith)) {
          String code =
              Files.readString(file)
                  .replaceAll("(?m)^ *\\*.*$", "") // an example in Javadoc
                  .toLowerCase(java.util.Locale.ROOT);
          assertThat(names().filter(name -> code.contains('"' + name + '"')))
              .as("%s", file)
              .isEmpty();
        }
      }
    }
  }
}
