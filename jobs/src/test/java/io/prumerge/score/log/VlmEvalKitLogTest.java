package io.prumerge.score.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.TableAnswers;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.score.log.LogVectors.Result;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with what VLMEvalKit's own writer wrote. */
class VlmEvalKitLogTest {

  private static final String CUT = "The picture shows many things. The pictu";

  @TempDir private Path folder;

  static Stream<String> sets() throws IOException {
    try (Stream<Path> folders = Files.list(LogVectors.VLMEVALKIT)) {
      return folders.map(one -> one.getFileName().toString()).sorted().toList().stream();
    }
  }

  /** Returns the questions of a set: of those that benchmarks read as they read them. */
  private static QuestionIndex index(String set) throws IOException {
    Path table = LogVectors.only(LogVectors.VLMEVALKIT.resolve(set), "source/" + set + ".tsv");
    if (List.of("MME", "POPE").contains(set)) {
      return QuestionIndex.of(
          Reading.questions(Benchmarks.KNOWN.named(set.toLowerCase(Locale.ROOT)), table)
              .iterator());
    }
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionIds ids = new QuestionIds();
    TsvTable.open(Reading.path(table), Reading.HADOOP)
        .read(
            row -> {
              String id = row.optionalText("id").orElse(row.text("index"));
              String answer = row.text("answer");
              questions.add(
                  BenchmarkQuestion.of(
                          TextNode.valueOf(id),
                          Optional.empty(),
                          row.text("question"),
                          row.text("question"),
                          row.optionalText("category").orElse("-"),
                          answer.startsWith("[")
                              ? List.of(answer.split("'")[1])
                              : List.of(answer.toLowerCase(Locale.ROOT)),
                          128)
                      .withId(ids.next(id)));
            });
    return QuestionIndex.of(questions.iterator());
  }

  private static Path run(String set, String model) {
    return LogVectors.VLMEVALKIT.resolve(set).resolve("outputs").resolve(model);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void readsThePlainTableOfARun(String set) throws IOException {
    JsonNode expected =
        LogVectors.json(LogVectors.VLMEVALKIT.resolve(set).resolve("expected.json"));
    QuestionIndex index = index(set);
    int rows = expected.path("rows").asInt();
    for (String model : List.of("made-7b", "made-7b-pruned")) {
      Result result = LogVectors.read(index, run(set, model));
      LogCounts counts = result.reading().counts();
      assertThat(counts).isEqualTo(new LogCounts(rows, rows, 0, 0, 0, 0, 0, index.size()));
      assertThat(said(result)).isEqualTo(texts(expected.path(model).path("said")));
      assertThat(result.reading().model()).contains(model);
      assertThat(result.reading().notes()).anyMatch(note -> note.contains("made from another"));
    }
  }

  /** Returns the answers of the rows, each once. */
  private static List<String> said(Result result) {
    return result.answers().values().stream()
        .collect(
            Collectors.toMap(
                GivenAnswer::where,
                answer -> answer.facts().failure().orElse(answer.text()),
                (one, same) -> one,
                LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  @ParameterizedTest
  @MethodSource("sets")
  void readsCellsAsTheyWereWritten(String set) throws IOException {
    JsonNode expected =
        LogVectors.json(LogVectors.VLMEVALKIT.resolve(set).resolve("expected.json"))
            .path("made-7b-odd");
    for (JsonNode file : expected.path("files")) {
      Path path = run(set, "made-7b-odd").resolve("T20260818-101112/" + file.asText());
      if (!Files.exists(path)) {
        continue;
      }
      Result result = LogVectors.read(index(set), path);
      List<String> said = said(result);
      boolean sheet = file.asText().endsWith(".xlsx");
      assertThat(said.get(0)).startsWith(CUT).hasSize(sheet ? 32_767 : 34_101);
      List<String> others = texts(expected.path("said"));
      assertThat(said.subList(1, said.size())).isEqualTo(others.subList(1, others.size()));
      assertThat(result.reading().counts().failures()).isEqualTo(1);
      assertThat(result.reading().notes().stream().anyMatch(note -> note.contains("cut by it")))
          .isEqualTo(sheet);
    }
  }

  @Test
  void asksWhichFormIsMeantOfOneRun() {
    assertThatThrownBy(() -> LogVectors.read(index("POPE"), run("POPE", "made-7b-odd")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("3 logs in made-7b-odd are about these questions")
        .hasMessageContaining("made-7b-odd_POPE.json");
  }

  @Test
  void keepsWhatARunSaysOfItself() throws IOException {
    Path run = Files.createDirectories(folder.resolve("made-7b/T20260818-101112"));
    String name = "made-7b_MME.xlsx";
    Files.copy(LogVectors.only(run("MME", "made-7b"), name), run.resolve(name));
    Files.writeString(
        run.resolve("status.json"),
        "{\"commit\": \"e8e78f05\", \"argv\": [\"run.py\", \"--data\"], \"created_at\": null}");
    LogReading reading = LogVectors.read(index("MME"), folder.resolve("made-7b")).reading();
    assertThat(reading.model()).contains("made-7b");
    assertThat(reading.settings())
        .isEqualTo(
            Map.of(
                "form", "vlmevalkit",
                "run", "T20260818-101112",
                "commit", "e8e78f05",
                "argv", "[\"run.py\",\"--data\"]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.pkl", "made-7b_MMBench_DEV_EN_PREV.PKL"})
  void opensNoPickle(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), new byte[] {(byte) 0x80, 4});
    QuestionIndex index = index("MME");
    assertThatThrownBy(() -> LogVectors.read(index, file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(name + " is a pickle, which runs code");
  }

  /** As xlsxwriter wrote them before July 2026, with 0 for a value. */
  @Test
  void readsAnAnswerThatBecameAFormula() throws IOException {
    Path whole = LogVectors.only(run("MMBench_DEV_EN", "made-7b"), "made-7b_MMBench_DEV_EN.xlsx");
    Path file = folder.resolve("m_MMBench_DEV_EN.xlsx");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(whole));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String part = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(
            part.replaceAll("<c r=\"L2\".*?</c>", "<c r=\"L2\"><f>1+1</f><v>0</v></c>")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(LogVectors.read(index("MMBench_DEV_EN"), file).answer("241").text())
        .isEqualTo("=1+1");
    List<GivenAnswer> answers = new ArrayList<>();
    TableAnswers.BY_ID.read(Reading.path(file), Reading.HADOOP, new LeftOutRows(), answers::add);
    assertThat(answers.get(0).text()).isEqualTo("=1+1");
  }

  /** By ids alone nobody can tell whose answers they are: forms of benchmarks take them. */
  @ParameterizedTest
  @ValueSource(strings = {"index\tprediction\n1\tA\n", "index\tquestion\n1\tWhich?\n", "\"\n"})
  void aTableWithoutQuestionsIsNoLog(String text) throws IOException {
    AnswerPlace place =
        new AnswerPlace("a.tsv", Reading.path(Files.writeString(folder.resolve("a.tsv"), text)));
    assertThat(LogFiles.of(List.of(place), Optional.empty(), Reading.HADOOP)).isEmpty();
    assertThatThrownBy(
            () -> LogFiles.of(List.of(place), Optional.of(AnswerForm.VLMEVALKIT), Reading.HADOOP))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("a.tsv is not of the form of ");
  }

  @Test
  void takesTheScoreOfAJudgedFile() throws IOException {
    Path judged =
        LogVectors.only(run("MMMU_DEV_VAL", "made-7b"), "_MMMU_DEV_VAL_exact_matching_result.xlsx");
    Result result = LogVectors.read(index("MMMU_DEV_VAL"), judged);
    assertThat(result.answer("dev_Math_0").facts().score()).hasValue(1);
  }

  @Test
  void readsNullAsNoAnswer() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("m_DocVQA_VAL.json"),
            "[{\"index\": 50000, \"question\": \"What is the address in box 0?\","
                + " \"answer\": NaN, \"prediction\": NaN}]");
    Result result = LogVectors.read(index("DocVQA_VAL"), file);
    assertThat(result.answer("50000").facts().failure()).isPresent();
  }
}
