package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.FileBenchmark;
import io.prumerge.console.ExitCode;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.family.Families;
import io.prumerge.family.Family;
import io.prumerge.family.ModelType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares what {@code list} prints with the pages and the code. */
class ListCommandTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Pattern FILE = Pattern.compile("[\\w-]+\\.(?:jsonl?|tsv)");

  private static List<JsonNode> rows(String... arguments) throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.of(List.of("list"), List.of(arguments), List.of("--json"))
                .flatMap(List::stream)
                .toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    List<JsonNode> rows = new ArrayList<>();
    new ObjectMapper().readTree(run.out()).path("rows").forEach(rows::add);
    return rows;
  }

  private static List<String> names(List<JsonNode> rows) {
    return rows.stream().map(row -> row.path("name").textValue()).toList();
  }

  @Test
  void methodsSayWhatTheyNeed() throws IOException {
    List<JsonNode> methods = rows("methods");
    assertThat(needing(methods, "class token"))
        .containsExactly(
            "fastervlm",
            "flowcut",
            "hired",
            "holov",
            "prumerge",
            "prumerge+",
            "prunesid",
            "scope",
            "visionzip",
            "vispruner",
            "vscan");
    assertThat(needing(methods, "question")).containsExactly("cdpruner", "mmtok", "trim");
    assertThat(needing(methods, "CLIP")).containsExactly("cdpruner", "trim");
  }

  private static Set<String> needing(List<JsonNode> methods, String need) {
    return methods.stream()
        .filter(method -> method.path("needs").toString().contains('"' + need + '"'))
        .map(method -> method.path("name").textValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void methodsSayWhereTheyDropTokens() throws IOException {
    Map<String, String> stages =
        rows("methods").stream()
            .collect(
                Collectors.toMap(
                    method -> method.path("name").textValue(),
                    method -> method.path("stage").textValue()));

    assertThat(stages)
        .containsEntry("none", "none")
        .containsEntry("downsample", "the image")
        .containsEntry("resize", "the image")
        .containsEntry("request", "at the server")
        .containsEntry("pixelprune", "the pixels")
        .containsEntry("tome", "in the tower")
        .containsEntry("flowcut", "in the tower")
        .containsEntry("prumerge", "before the decoder")
        .containsEntry("fastv", "in the decoder")
        .containsEntry("vscan", "before the decoder, in the decoder");
  }

  @Test
  void methodsSayWhetherTheyAreControls() throws IOException {
    assertThat(rows("methods").stream().filter(method -> method.path("control").booleanValue()))
        .extracting(method -> method.path("name").textValue())
        .containsExactlyInAnyOrder(
            "none",
            "random",
            "first",
            "frames",
            "uniform",
            "spatial",
            "pool",
            "downsample",
            "resize",
            "deeprandom");
  }

  /** A method is published if it has a paper or a repository. */
  @Test
  void theFrontPageCountsThePublishedMethods() throws IOException {
    long others =
        rows("methods").stream()
            .filter(method -> !method.path("name").textValue().equals("prumerge"))
            .filter(
                method ->
                    !method.path("paper").asText("").isEmpty()
                        || !method.path("repository").asText("").isEmpty())
            .count();

    assertThat(Files.readString(ROOT.resolve("README.md")).replaceAll("\\s+", " "))
        .contains("PruMerge and " + others + " other published methods");
  }

  @Test
  void methodsSayWhetherAServerCouldRunThem() throws IOException {
    Map<String, String> servable =
        rows("methods").stream()
            .collect(
                Collectors.toMap(
                    method -> method.path("name").textValue(),
                    method -> method.path("servable").textValue()));

    assertThat(servable)
        .containsEntry("none", "yes: keeps every token")
        .containsEntry("divprune", "with a fixed count: compares connector outputs")
        .containsEntry("pixelprune", "yes: compares pixels before the tower")
        .containsEntry("prumerge", "no: class attention decides the count")
        .containsEntry("fastv", "no: prunes inside the decoder")
        .as("as its file says")
        .containsEntry("script", "");
    assertThat(CommandLineRun.of("list", "methods", "script").out()).containsPattern("servable +-");
    assertThat(CommandLineRun.of("list", "methods").out().lines())
        .filteredOn(line -> line.startsWith("name ") || line.startsWith("divprune "))
        .satisfiesExactly(
            titles -> assertThat(titles).endsWith("  servable"),
            line -> assertThat(line).endsWith(servable.get("divprune")));
  }

  @Test
  void familiesAreThoseOfThePage() throws IOException {
    List<String> page =
        Files.readAllLines(ROOT.resolve("udfs/README.md")).stream()
            .dropWhile(line -> !line.startsWith("| family |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(page)
        .as("the table of families, in any order")
        .containsExactlyInAnyOrderElementsOf(
            Families.all().stream()
                .map(models -> Families.named(models.name()))
                .distinct()
                .flatMap(family -> lines(family).stream())
                .toList());
    assertThat(rows("models"))
        .extracting(models -> models.path("models").textValue())
        .containsExactlyElementsOf(Families.all().stream().map(ModelType::models).toList());
  }

  /** The page's lines of a family: one for models that differ in their names alone. */
  private static List<String> lines(Family family) {
    Map<String, List<String>> named = new LinkedHashMap<>();
    for (ModelType models : family.models()) {
      String rest = String.format(" | %s | %s |", models.layouts(), models.image());
      named.computeIfAbsent(rest, key -> new ArrayList<>()).add(models.models());
    }
    return named.entrySet().stream()
        .map(line -> "| " + String.join(", ", line.getValue()) + line.getKey())
        .toList();
  }

  @Test
  void benchmarksSayWhatTheyReadAndCount() throws IOException {
    List<JsonNode> benchmarks = rows("benchmarks");

    assertThat(names(benchmarks)).containsExactlyElementsOf(Benchmarks.KNOWN.names());
    for (JsonNode row : benchmarks) {
      Benchmark benchmark = Benchmarks.KNOWN.named(row.path("name").textValue());
      assertThat(row.path("split").textValue()).isEqualTo(benchmark.defaultSplit());
      assertThat(row.path("headlines").fieldNames())
          .toIterable()
          .containsExactlyElementsOf(benchmark.profiles());
      assertThat(row.path("layouts")).as(benchmark.name()).isNotEmpty();
      if (benchmark instanceof FileBenchmark) {
        continue; // columns decide, whatever a file is called
      }
      FILE.matcher(String.join(" ", benchmark.layouts()))
          .results()
          .forEach(
              file ->
                  assertThat(sourcesBeside(benchmark)).as(benchmark.name()).contains(file.group()));
    }
    assertThat(rows("benchmarks", "pope").get(0).path("headlines").path("official").textValue())
        .isEqualTo("f1");
  }

  @Test
  void aBenchmarkEndsWithTheFileThatDefinesIt() throws IOException {
    for (String name : Benchmarks.KNOWN.names()) {
      Benchmark benchmark = Benchmarks.KNOWN.named(name);
      JsonNode row = rows("benchmarks", name).get(0);
      assertThat(row.path("file").textValue().isEmpty())
          .as(name)
          .isNotEqualTo(benchmark instanceof FileBenchmark);
      if (benchmark instanceof FileBenchmark) {
        assertThat(row.path("type").textValue()).isEmpty();
      } else {
        assertThat(row.path("type").textValue()).isEqualTo(benchmark.getClass().getName());
      }
    }
    String published =
        Files.readString(
            Path.of(
                System.getProperty("project.root"),
                "jobs/src/main/resources/io/prumerge/benchmark/file/docvqa.yaml"));
    assertThat(CommandLineRun.of("list", "benchmarks", "docvqa").out().lines().toList())
        .containsSequence("defined by           this file:", "")
        .endsWith(published.lines().toArray(String[]::new));
    assertThat(CommandLineRun.of("list", "benchmarks", "mme").out().stripTrailing())
        .endsWith("defined by           the class io.prumerge.benchmark.mme.MmeBenchmark");
  }

  /** The sources of a benchmark's package without its layouts. */
  private static String sourcesBeside(Benchmark benchmark) {
    Path folder =
        ROOT.resolve("jobs/src/main/java")
            .resolve(benchmark.getClass().getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(
            Files.readString(file).replaceAll("(?s)List<String> layouts\\(\\) \\{.*?\\n  }", ""));
      }
      return all.toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void profilesSayWhoseTheyAre() throws IOException {
    List<JsonNode> profiles = rows("profiles");

    assertThat(names(profiles))
        .containsExactly(
            "exact",
            "judged",
            "judged-2023",
            "llava",
            "lmms-eval",
            "lmms-eval-2024",
            "lmms-eval-75571cf",
            "lmms-eval-judged",
            "lmms-eval-strict",
            "official",
            "official-2023",
            "official-random",
            "qwen-vl",
            "shikra",
            "vlmevalkit");
    assertThat(profiles.get(3).path("benchmarks").toString())
        .isEqualTo("[\"refcoco\",\"refcoco+\",\"refcocog\",\"vqav2\"]");
    assertThat(profiles.get(3).path("usual_of").toString())
        .isEqualTo("[\"refcoco\",\"refcoco+\",\"refcocog\"]");
  }

  @Test
  void hardwareIsInTheUnitsOfTheFile() throws IOException {
    List<JsonNode> hardware = rows("hardware");

    assertThat(names(hardware)).containsExactlyElementsOf(HardwareTable.bundled().names());
    JsonNode t4 = rows("hardware", "t4").get(0);
    assertThat(t4.path("bandwidth_gb_per_s").doubleValue()).isEqualTo(320);
    assertThat(t4.path("tera_per_s").path("fp16").doubleValue()).isEqualTo(65);
    assertThat(t4.path("memory_gb").doubleValue()).isEqualTo(16);
  }

  @Test
  void printsATableAndOneNamesFacts() {
    assertThat(CommandLineRun.of("list", "profiles").out().lines())
        .hasSize(16)
        .first()
        .asString()
        .matches("name +benchmarks +usual of");
    assertThat(CommandLineRun.of("list", "methods", "vtw").out())
        .containsPattern("(?m)^keys +layer=16, positions=kept$")
        .containsPattern("(?m)^arXiv +2405\\.05803$");
  }

  @Test
  void refusesAnUnknownNameInOneLine() {
    CommandLineRun run = CommandLineRun.of("list", "hardware", "a100");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("prumerge-spark: Unknown hardware 'a100'; known: v100-pcie, ");
    assertThat(run.err().lines()).hasSize(1);
  }
}
