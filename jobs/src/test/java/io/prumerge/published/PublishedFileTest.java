package io.prumerge.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.source.DataException;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What papers print is read as people write it down, and what cannot be read is named. */
class PublishedFileTest {

  private static final String HEADER = "method,model,benchmark,metric,split,tokens,score\n";

  @TempDir private Path folder;

  private PublishedFile read(String name, String text) throws IOException {
    return read(name, text, StandardCharsets.UTF_8);
  }

  private PublishedFile read(String name, String text, Charset charset) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text, charset);
    return PublishedFile.of(Optional.of(file.toString()), Folders.withoutSpark(Console.SILENT))
        .orElseThrow();
  }

  private double score(String written) throws IOException {
    return read("s.csv", HEADER + "none,m,pope,f1,test,,\"" + written + "\"\n")
        .figures()
        .get(0)
        .score();
  }

  private void refused(String name, String text, String... words) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> read(name, text))
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void readsEveryColumnInAnyOrderAndCase() throws IOException {
    PublishedFile file =
        read(
            "print.csv",
            "Score, Method ,model,BENCHMARK,metric,split,prompts,profile,tokens,source,remark\n"
                + "58.2 %,none,llava-hf/llava-1.5-7b-hf,TextVQA,accuracy,val,llava,llava,~576,"
                + "\"LLaVA-1.5, table 3\",with OCR tokens\n");

    assertThat(file.name()).isEqualTo("print.csv");
    assertThat(file.figures())
        .containsExactly(
            PublishedFigure.builder("print.csv:2")
                .method("none")
                .model("llava-hf/llava-1.5-7b-hf")
                .benchmark("TextVQA")
                .metric("accuracy")
                .split(Optional.of("val"))
                .prompts(Optional.of("llava"))
                .profile(Optional.of("llava"))
                .tokens(OptionalDouble.of(576))
                .score(58.2)
                .source(Optional.of("LLaVA-1.5, table 3"))
                .remark(Optional.of("with OCR tokens"))
                .build());
  }

  /** As a German Excel saves it, with a line of separators below. */
  @Test
  void readsWhatSpreadsheetsOfOtherCountriesSave() throws IOException {
    PublishedFile file =
        read(
            "deutsch.csv",
            "method;model;benchmark;metric;score;source\r\n"
                + "none;llava-1.5-7b;mme;perception;1.510,7;Müller\r\n;;;;;\r\n",
            Charset.forName("windows-1252"));

    assertThat(file.figures()).hasSize(1);
    assertThat(file.figures().get(0).score()).isEqualTo(1510.7);
    assertThat(file.figures().get(0).source()).contains("Müller");
    assertThat(read("t.tsv", HEADER.replace(',', '\t') + "none\tm\tpope\tf1\ttest\t\t85,9\n"))
        .satisfies(tabs -> assertThat(tabs.figures().get(0).score()).isEqualTo(85.9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "58.2|58.2",
        "58,2|58.2",
        "0|0",
        "58.2%|58.2",
        "58.25 %|58.25",
        "1,510.7|1510.7",
        "1.510,7|1510.7",
        "1510|1510",
        "0,582|0.582"
      })
  void readsNumbersAsPeopleWriteThem(String written, double score) throws IOException {
    assertThat(score(written)).isEqualTo(score);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-",
        "–",
        "58.2*",
        "58.2 ± 0.3",
        "-3",
        "n/a",
        "1e2",
        "NaN",
        "58.2.1",
        "58,2,1",
        "٥٨",
        "1,510",
        "100.1%",
        "10001",
        "99999999999999999999999999999999999999999",
        "5 8"
      })
  void refusesWhatIsNoScore(String written) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> score(written))
        .withMessageStartingWith("s.csv:2: 'score' ")
        .withMessageContaining(written);
  }

  @Test
  void refusesTokensThatNoImageHas() {
    for (String tokens : List.of("0", "many", "50%", "-576", "1e6", "1000001")) {
      refused(
          "t.csv",
          HEADER + "none,m,pope,f1,test," + tokens + ",85.9\n",
          "t.csv:2: 'tokens' must be",
          tokens);
    }
  }

  /** A share is not printed as tokens in error: it belongs to the method. */
  @Test
  void saysWhereAShareOfTheTokensBelongs() {
    for (String share : List.of("25%", "12.5 %", "~33%")) {
      refused(
          "t.csv",
          HEADER + "divprune,m,pope,f1,test," + share + ",85.9\n",
          "t.csv:2: 'tokens' must be",
          "is " + share + "; leave it empty and write the share into the method",
          "divprune:tokens=25%");
    }
  }

  @Test
  void namesMisspeltColumnsAndThoseThatAreMissing() {
    refused(
        "a.csv",
        "method,modell,benchmark,metric,score\nnone,m,pope,f1,85.9\n",
        "a.csv: the header has an unknown column 'modell'",
        "did you mean model?");
    refused(
        "b.csv",
        "method,model,benchmark,score\nnone,m,pope,85.9\n",
        "b.csv: the header lacks metric; it has: method, model, benchmark, score");
    refused("c.csv", "method,Method,model\n", "has the column 'method' twice");
    refused("d.csv", "58.2\n", "the header has an unknown column '58.2'");
  }

  @Test
  void namesFileAndLineOfARowThatIsNotWhole() {
    refused(
        "a.csv",
        HEADER + "none,m,pope,f1,test,576,85.9\nnone,m,,f1,test,576,85.9\n",
        "a.csv:3: 'benchmark' is empty");
    refused("b.csv", HEADER + "none,m,pope\n", "b.csv:2: 3 cells in this row, 7 in the header");
    refused("c.csv", HEADER + "none,m,pope,f1,test,576,\"85.9\n", "c.csv:2: a quote");
    refused("d.csv", "", "d.csv is empty");
    refused("e.csv", HEADER, "e.csv has no figure");
    refused(
        "f.csv",
        "method,model,benchmark,metric,score,\nnone,m,pope,f1,85.9,n=500\n",
        "f.csv:2: 6 cells in this row, 5 in the header");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Files.write(folder.resolve("u.csv"), HEADER.getBytes(StandardCharsets.UTF_16));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open("u.csv"))
        .withMessageContaining("u.csv is UTF-16");
    Files.writeString(folder.resolve("table.xlsx"), "PK");
    Files.createDirectory(folder.resolve("dir.csv"));
    Files.write(folder.resolve("large.csv"), new byte[(1 << 20) + 1]);
    for (String name : List.of("table.xlsx", "dir.csv", "large.csv", "absent.csv")) {
      assertThatExceptionOfType(UsageException.class)
          .isThrownBy(() -> open(name))
          .withMessageContaining(name);
    }
  }

  private void open(String name) throws IOException {
    PublishedFile.of(
        Optional.of(folder.resolve(name).toString()), Folders.withoutSpark(Console.SILENT));
  }

  /** The command says which model and method a row is of, where its columns have other names. */
  @Test
  void readsTheFormOfTheBuiltInFigures() throws IOException {
    String text;
    try (InputStream in =
        Class.forName("io.prumerge.report.page.ReportPages")
            .getResourceAsStream("published.yaml")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }

    List<PublishedFigure> figures = read("published.yaml", text).figures();

    assertThat(figures)
        .filteredOn(one -> one.model().equals("llava-1.5-7b-hf"))
        .extracting(one -> one.method() + " " + one.benchmark() + " " + one.score())
        .contains("none textvqa 58.2", "prumerge pope 76.3", "prumerge+ mme 1462.4")
        .hasSize(18);
    assertThat(figures).allMatch(one -> one.split().isEmpty() && one.source().isPresent());
    assertThat(figures.get(0).tokens()).hasValue(32);
  }

  @Test
  void readsSplitsAndSourcesOfYaml() throws IOException {
    PublishedFile file =
        read(
            "p.yaml",
            """
            remarks: [with OCR tokens]
            columns:
              - {benchmark: textvqa, metric: accuracy, split: val}
              - {benchmark: pope, metric: f1}
            rows:
              - {method: none, model: m, tokens: 576, values: [58.2, null], prompts: llava, source: A}
            """);

    assertThat(file.remarks()).containsExactly("with OCR tokens");
    assertThat(file.figures())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.place()).isEqualTo("p.yaml: rows[0].values[0]");
              assertThat(one.split()).contains("val");
              assertThat(one.prompts()).contains("llava");
              assertThat(one.source()).contains("A");
              assertThat(one.tokens()).hasValue(576);
            });
  }

  @Test
  void namesThePlaceInYaml() {
    String columns = "columns: [{benchmark: pope, metric: f1}]\n";
    String row = "rows: [{method: none, model: m, values: [%s]%s}]\n";
    refused("a.yaml", columns + row.formatted("1, 2", ""), "a.yaml: rows[0].values has 2 figures");
    refused("b.yaml", columns + row.formatted("-1", ""), "b.yaml: rows[0]", "-1");
    refused("c.yaml", columns + row.formatted(".nan", ""), "Cannot read c.yaml at line 2");
    refused(
        "d.yaml", columns + row.formatted("a", ""), "d.yaml: rows[0].values[0] must be a number");
    refused("e.yaml", columns + row.formatted("1", ", tokens: few"), "e.yaml: rows[0]", "few");
    refused(
        "f.yaml", columns + row.formatted("1", ", promts: x"), "promts", "did you mean prompts?");
    refused("g.yaml", "rows: [{method: none, model: m, values: [1]}]\n", "g.yaml: columns must be");
    refused("h.yaml", "- 1\n", "h.yaml: the file must be keys with values");
    refused("i.yaml", "", "i.yaml: the file must be keys with values but is empty");
    refused("j.yaml", columns + "rows: [{", "Cannot read j.yaml at line");
    refused("k.yaml", columns + "rows: [{model: m, values: [1]}]\n", "method must be a text");
    refused("l.yaml", columns + row.formatted("null", ""), "l.yaml has no figure");
  }

  @ParameterizedTest
  @CsvSource({
    "llava-hf/llava-1.5-7b-hf, LLaVA-1.5-7B, true",
    "liuhaotian/llava-v1.5-7b, llava-1.5-7b-hf, true",
    "LLaVA 1.5 (7B), llava-1.5-7b, true",
    "llava-1.5-13b-hf, llava-1.5-7b-hf, false",
    "llava-1.6-7b, llava-1.5-7b, false",
    "Qwen/Qwen2.5-VL-7B-Instruct, qwen2.5-vl-7b-instruct, true",
    "internvl3-8b, internvl3.5-8b, false",
    "qwen2-vl-7b, qwen2.5-vl-7b, false",
    "InternVL3-8B-hf, OpenGVLab/InternVL3-8B, true",
    "vivid-7b, ivid-7b, false"
  })
  void knowsOneModelByItsNames(String one, String other, boolean same) {
    assertThat(PublishedNames.areOneModel(one, other)).isEqualTo(same);
    assertThat(PublishedNames.areOneModel(other, one)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "MM-Vet, mmvet, true",
    "MMBench (CN), mmbench-cn, true",
    "VQA v2, vqav2, true",
    "POPE, ' pope', true",
    "RefCOCO+, refcoco+, true",
    "RefCOCO+, refcoco, false",
    "prumerge+, prumerge, false",
    "f1@5, f15, false",
    "gr-, gr, false",
    "a-1-15, a-11-5, false",
    "1.5, 15, false"
  })
  void knowsOneNameByItsSpellings(String one, String other, boolean same) {
    assertThat(PublishedNames.areEqual(one, other)).isEqualTo(same);
    assertThat(PublishedNames.areEqual(other, one)).isEqualTo(same);
  }

  @Test
  void takesNoTwoNamesOfOursForEachOther() {
    List<Benchmark> benchmarks =
        Benchmarks.KNOWN.names().stream().map(Benchmarks.KNOWN::named).toList();
    requireApart(Benchmarks.KNOWN.names());
    requireApart(TokenReducers.names());
    requireApart(Benchmarks.prompts());
    requireApart(benchmarks.stream().flatMap(one -> one.profiles().stream()).toList());
    requireApart(
        benchmarks.stream()
            .flatMap(one -> one.profiles().stream().flatMap(own -> one.metrics(own).stream()))
            .map(MetricRule::name)
            .toList());
    List<String> shapes = ShapeTable.bundled().names();
    assertThat(shapes)
        .allSatisfy(one -> assertThat(PublishedNames.meantModels(one, shapes)).containsExactly(one))
        .allSatisfy(
            one ->
                assertThat(shapes.stream().filter(two -> PublishedNames.areOneModel(one, two)))
                    .containsExactly(one));
    assertThat(TokenReducers.names().stream().filter(PublishedNames::isUnreduced))
        .allMatch(MethodSpec.NONE.name()::equals);
  }

  private static void requireApart(Collection<String> names) {
    for (String one : Set.copyOf(names)) {
      assertThat(names.stream().distinct().filter(two -> PublishedNames.areEqual(one, two)))
          .containsExactly(one);
    }
  }

  @Test
  void aNameToTheLetterGoesFirst() {
    assertThat(PublishedNames.meant("gr-a", List.of("gr_a", "gr-a"))).containsExactly("gr-a");
    assertThat(PublishedNames.meant("GR A", List.of("gr_a", "gr-a", "gr+a")))
        .containsExactly("gr_a", "gr-a");
    assertThat(PublishedNames.meant("gr", List.of("gr+"))).isEmpty();
  }

  @Test
  void knowsNamesInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(PublishedNames.areEqual("VIZWIZ", "vizwiz")).isTrue();
      assertThat(PublishedNames.isUnreduced("Original")).isTrue();
      assertThat(PublishedNames.isUnreduced("prumerge")).isFalse();
    } finally {
      Locale.setDefault(before);
    }
  }
}
