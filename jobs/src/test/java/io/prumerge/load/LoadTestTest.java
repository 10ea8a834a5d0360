package io.prumerge.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LoadTesting;
import io.prumerge.LoadTestingResult;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.PointTimes;
import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.run.EndpointServer;
import io.prumerge.run.EndpointServer.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the command and its API against two servers, of which the second sees no dogs. */
@Tag("spark")
class LoadTestTest {

  private static final int IMAGES = 8;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private static Path shared;
  private static String examples;

  @TempDir private Path folder;
  private EndpointServer whole;
  private EndpointServer pruned;
  private String output;

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    DogsAndCats.drawn(shared.resolve("pope"), IMAGES).prepare(shared.resolve("examples"));
    examples = shared.resolve("examples").toString();
  }

  @BeforeEach
  void start() throws IOException {
    output = folder.resolve("load").toString();
    whole = new EndpointServer((exchange, asked) -> says(64, truth(asked)).to(exchange, asked));
    pruned = new EndpointServer((exchange, asked) -> says(16, "No").to(exchange, asked));
  }

  @AfterEach
  void stop() {
    whole.close();
    pruned.close();
  }

  private static EndpointServer.Reply says(int visualTokens, String word) {
    return EndpointServer.streams(
        1,
        "\"prompt_tokens\": %d, \"completion_tokens\": 3,".formatted(10 + visualTokens)
            + " \"prompt_tokens_details\": {\"image_tokens\": %d}".formatted(visualTokens),
        word.substring(0, 1),
        word.substring(1));
  }

  private static String truth(Asked asked) {
    return asked.text().contains("dog") ? "Yes" : "No";
  }

  private CommandLineRun load(String... more) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "load",
                    "--model",
                    whole.model(),
                    "--as",
                    "pruned=" + pruned.model(),
                    "--examples",
                    examples,
                    "--output",
                    output),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  private List<LoadRow> rows() {
    return LoadRow.TABLE.records(
        LoadRow.TABLE.read(LocalSpark.session(), List.of(output + "/load")));
  }

  private static List<String> sorted(List<Asked> asked) {
    return asked.stream().map(one -> one.image() + one.text()).sorted().toList();
  }

  @Test
  void everyPointOfEveryServerAsksTheSameQuestionsOnce() throws IOException {
    CommandLineRun run =
        load("--max-concurrency", "1", "4", "--questions-per-picture", "all", "--json");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows()).allMatch(row -> row.error().isEmpty());
    assertThat(whole.asked).hasSize(2 * 2 * IMAGES);
    List<String> first = sorted(whole.asked.subList(0, 2 * IMAGES));
    assertThat(first).doesNotHaveDuplicates();
    assertThat(sorted(whole.asked.subList(2 * IMAGES, 4 * IMAGES))).isEqualTo(first);
    assertThat(sorted(pruned.asked.subList(0, 2 * IMAGES))).isEqualTo(first);
    assertThat(whole.most()).isBetween(2, 4);

    JsonNode points = MAPPER.readTree(run.out()).get("points");
    assertThat(points.findValuesAsText("point")).containsExactly("c1", "c1", "c4", "c4");
    assertThat(points.findValuesAsText("server"))
        .containsExactly("none", "pruned", "none", "pruned");
    assertThat(points.findValuesAsText("score")).containsExactly("100.0", "50.0", "100.0", "50.0");
    assertThat(points.get(3).get("retention").asDouble()).isEqualTo(50);
    assertThat(points.get(3).get("visual_tokens_ratio").asDouble()).isEqualTo(0.25);
    assertThat(run.problems()).hasSize(2).allMatch(line -> line.contains("is on this machine"));
  }

  /** Ten thoughts and a word, 20 ms apart: the times are those of a server that says all of it. */
  @Test
  void thoughtsAreTokensWithTimes() throws IOException {
    int pause = 20;
    String usage =
        "\"prompt_tokens\": 74, \"completion_tokens\": 11, \"prompt_tokens_details\":"
            + " {\"multimodal_tokens\": {\"image\": 64}}";
    whole.now(EndpointServer.thinks(pause, 10, "reasoning", usage, "No"));
    pruned.now(
        EndpointServer.streams(
            pause, usage, "hm", "hm", "hm", "hm", "hm", "hm", "hm", "hm", "hm", "hm", "No"));

    CommandLineRun run = load("--max-concurrency", "1", "--goodput", "tpot:10", "--export", "vllm");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows())
        .allMatch(row -> row.texts().size() == 11 && row.shownTokens().equals(OptionalInt.of(11)))
        .allMatch(row -> row.visualTokens().equals(OptionalInt.of(64)))
        .allMatch(row -> row.finishReason().equals(Optional.of("eos")));
    List<LoadPointRow> points =
        LoadPointRow.TABLE.records(
            LoadPointRow.TABLE.read(LocalSpark.session(), List.of(output + "/report/load")));
    for (LoadPointRow point : points) {
      PointTimes times = point.times();
      assertThat(times.tpot().mean().orElseThrow()).isBetween(15., 60.);
      assertThat(times.itl().mean().orElseThrow()).isBetween(15., 60.);
      assertThat(times.guidellmInterTokenLatency().mean().orElseThrow()).isBetween(15., 60.);
      assertThat(times.ttft().mean().orElseThrow()).isLessThan(10 * pause);
      assertThat(point.goodput().orElseThrow().percent()).hasValue(0);
    }
    assertThat(points.get(0).guidellmTimeToFirstOutputToken().mean().orElseThrow())
        .as("after the thought")
        .isGreaterThan(11 * pause - 10);
    try (Stream<Path> files = Files.list(Path.of(output, "vllm"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".json")).toList()) {
        assertThat(MAPPER.readTree(file.toFile()).get("mean_tpot_ms").asDouble())
            .isBetween(15., 60.);
      }
    }
  }

  @Test
  void oneQuestionOfAPictureIsAskedUnlessAllAreWanted() {
    CommandLineRun run = load("--max-concurrency", "2");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(whole.asked.stream().map(Asked::image)).hasSize(IMAGES).doesNotHaveDuplicates();
    assertThat(run.out()).contains("Report: ").contains("load.html");
    assertThat(Path.of(output, "report", "load.html")).exists();
    assertThat(rows()).allMatch(row -> row.texts().size() == 2 && row.sent().isPresent());
  }

  @Test
  void errorsAreRowsAndNeverAskedAgain() {
    whole.now(
        (exchange, asked) -> {
          switch (asked.number() == 0 ? 3 : asked.number() % 4) {
            case 0 -> EndpointServer.BUSY.to(exchange, asked);
            case 1 -> EndpointServer.streamsHalf(1, "Y").to(exchange, asked);
            case 2 -> EndpointServer.CLOSES.to(exchange, asked);
            default -> says(64, truth(asked)).to(exchange, asked);
          }
        });
    CommandLineRun run =
        load("--max-concurrency", "2", "--warmup", "0", "--cooldown", "0", "--drain", "5");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("At 2 in flight 6 of 8 requests to none failed: 2 x ");
    assertThat(whole.asked).hasSize(IMAGES);
    List<LoadRow> rows =
        rows().stream().filter(row -> row.series().subject().server().equals("none")).toList();
    assertThat(rows).hasSize(IMAGES);
    assertThat(rows)
        .filteredOn(row -> row.outcome() == LoadOutcome.ERROR)
        .hasSize(6)
        .allMatch(row -> row.error().orElseThrow().startsWith("endpoint_failed: "))
        .allMatch(row -> row.score().getAsDouble() == 0)
        .anyMatch(row -> row.error().orElseThrow().contains("429"))
        .anyMatch(row -> row.firstText().isPresent());
  }

  @Test
  void aTestThatWasStoppedGoesOnAfterItsLastWholePoint() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    whole.now(
        (exchange, asked) -> {
          if (asked.number() > IMAGES) {
            second.countDown();
            try {
              Thread.sleep(60_000);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          says(64, truth(asked)).to(exchange, asked);
        });
    List<CommandLineRun> stopped = new ArrayList<>();
    Thread command = new Thread(() -> stopped.add(load("--max-concurrency", "1", "2")));
    command.start();
    assertThat(second.await(120, TimeUnit.SECONDS)).isTrue();
    command.interrupt();
    command.join(60_000);

    assertThat(stopped).singleElement().matches(run -> run.code() == ExitCode.FAILED);
    assertThat(Path.of(output)).doesNotExist();
    int before = whole.asked.size();
    whole.now((exchange, asked) -> says(64, truth(asked)).to(exchange, asked));

    assertThat(load("--max-concurrency", "1", "2").problems())
        .anyMatch(line -> line.contains("--resume"));
    assertThat(load("--max-concurrency", "1", "4", "--resume").problems())
        .anyMatch(line -> line.contains("other settings"));
    CommandLineRun resumed = load("--max-concurrency", "1", "2", "--resume");
    assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(whole.asked).hasSize(before + IMAGES);
    assertThat(pruned.asked).hasSize(2 * IMAGES);
    assertThat(rows()).hasSize(4 * IMAGES);
    assertThat(
            rows().stream()
                .collect(Collectors.groupingBy(LoadRow::series, Collectors.counting()))
                .values())
        .containsOnly((long) IMAGES);

    CommandLineRun again = load("--max-concurrency", "1", "2", "--resume", "--json");
    assertThat(again.code()).isEqualTo(ExitCode.DONE);
    assertThat(MAPPER.readTree(again.out()).get("points")).hasSize(4);
    assertThat(load("--max-concurrency", "1", "4", "--resume").problems())
        .anyMatch(line -> line.contains("other settings"));
    assertThat(whole.asked).hasSize(before + IMAGES);
  }

  /** The address is right again when the test is resumed. */
  @Test
  void aServerThatAnswersNothingAnyMoreEndsTheTest() {
    whole.now(
        (exchange, asked) -> {
          if (whole.asked.size() > IMAGES + 2) {
            EndpointServer.CLOSED.to(exchange, asked);
          } else {
            says(64, truth(asked)).to(exchange, asked);
          }
        });
    CommandLineRun run = load("--max-concurrency", "1", "2");

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.problems())
        .anyMatch(
            line ->
                line.contains("none answers no question any more: The endpoint ")
                    && line.contains("status 404")
                    && line.contains("; --resume asks its point c2 again"));
    assertThat(Path.of(output)).doesNotExist();
    assertThat(whole.asked).hasSize(2 * IMAGES);
    assertThat(pruned.asked).hasSize(IMAGES);

    whole.now((exchange, asked) -> says(64, truth(asked)).to(exchange, asked));
    CommandLineRun resumed = load("--max-concurrency", "1", "2", "--resume");
    assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(whole.asked).hasSize(3 * IMAGES);
    assertThat(rows()).hasSize(4 * IMAGES).allMatch(row -> row.error().isEmpty());
  }

  @Test
  void partsOfOneLoadAddUp() throws IOException {
    for (int part = 1; part <= 2; part++) {
      CommandLineRun run =
          CommandLineRun.of(
              "load",
              "--model",
              whole.model(),
              "--examples",
              examples,
              "--max-concurrency",
              "4",
              "--share",
              part + "/2",
              "--output",
              folder.resolve("part" + part).toString());
      assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
      assertThat(whole.most()).isLessThanOrEqualTo(2);
    }
    assertThat(whole.asked.stream().map(Asked::image)).hasSize(IMAGES).doesNotHaveDuplicates();

    String one = folder.resolve("part1").toString();
    assertThat(
            CommandLineRun.of(
                    "load",
                    "--model",
                    whole.model(),
                    "--examples",
                    examples,
                    "--max-concurrency",
                    "4",
                    "--share",
                    "2/2",
                    "--resume",
                    "--output",
                    one)
                .problems())
        .anyMatch(line -> line.contains("it was begun with --share 1/2 and {"));
    assertThat(CommandLineRun.of("report", "--runs", one, "--output", output).problems())
        .anyMatch(line -> line.contains("missing: 2/2"));
    CommandLineRun whole =
        CommandLineRun.of(
            "report",
            "--runs",
            one,
            folder.resolve("part2").toString(),
            "--output",
            output,
            "--json");
    assertThat(whole.code()).as(whole.err()).isEqualTo(ExitCode.DONE);
    JsonNode points = MAPPER.readTree(whole.out()).get("points");
    assertThat(points).hasSize(1);
    assertThat(points.get(0).get("shares").asInt()).isEqualTo(2);
    assertThat(points.get(0).get("requests").asInt()).isEqualTo(IMAGES);
  }

  @Test
  void codePutsOnTheSameLoads() throws IOException {
    LoadTestingResult result =
        LoadTesting.of(LocalSpark.session())
            .model(whole.model())
            .server("pruned=" + pruned.model())
            .examples(examples)
            .requestRate(200)
            .limit(4)
            .output(output)
            .run();

    assertThat(result.points().count()).isEqualTo(2);
    assertThat(result.requests().count()).isEqualTo(8);
    assertThat(whole.asked).hasSize(4);
    assertThat(Files.exists(Path.of(result.page().replaceFirst("^file:", "")))).isTrue();
  }

  @Test
  void aSweepAsksAtRatesBetweenTheSlowestAndTheFastest() throws IOException {
    CommandLineRun run =
        load(
            "--max-concurrency",
            "1",
            "--sweep-rates",
            "2",
            "--questions-per-picture",
            "all",
            "--warmup",
            "0",
            "--cooldown",
            "0",
            "--json");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode points = MAPPER.readTree(run.out()).get("points");
    assertThat(points).hasSize(8);
    assertThat(points.get(0).get("point").asText()).isEqualTo("c1");
    assertThat(points.get(2).get("point").asText()).isEqualTo("c128");
    double slower = points.get(4).get("rate").asDouble();
    assertThat(slower).isPositive().isLessThan(points.get(6).get("rate").asDouble());
    assertThat(whole.asked).hasSize(4 * 2 * IMAGES); // one at a time is one point
  }

  @Test
  void repeatsAreOfTheSamePointsAndEachHasAFileInVllmsForm() throws IOException {
    CommandLineRun run =
        load("--sweep-rates", "2", "--repeat", "2", "--export", "vllm", "--limit", "4");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows().stream().map(row -> row.series().pattern()).distinct()).hasSize(4);
    assertThat(rows().stream().map(LoadRow::series).distinct()).hasSize(2 * 4 * 2);
    try (Stream<Path> files = Files.list(Path.of(output, "vllm"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(2 * 4 * 2);
    }
    assertThat(run.out()).contains("Noise of none: the score moves by up to 0.0 points");
    assertThat(run.err()).contains("Each point asks 4 questions about 4 pictures of pope/test");
  }

  @Test
  void aFinishedTestThatAskedAllAtOnceIsExportedLater() throws IOException {
    CommandLineRun run = load("--request-rate", "inf", "--limit", "4");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows()).extracting(row -> row.series().pattern().name()).containsOnly("rinf");
    assertThat(Path.of(output, "vllm")).doesNotExist();

    CommandLineRun later =
        load("--request-rate", "inf", "--limit", "4", "--resume", "--export", "vllm");
    assertThat(later.code()).as(later.err()).isEqualTo(ExitCode.DONE);
    assertThat(whole.asked).hasSize(4);
    try (Stream<Path> files = Files.list(Path.of(output, "vllm"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(2);
    }
    assertThat(load("--request-rate", "fast", "--resume").problems())
        .anyMatch(line -> line.contains("'fast' is no number and not inf"));
  }

  @Test
  void ourOwnEngineIsMeasuredInThisProcess() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "load",
            "--model",
            System.getProperty("project.root") + "/conf/mini-llava",
            "--method",
            "none",
            "divprune:tokens=4",
            "--examples",
            examples,
            "--max-concurrency",
            "1",
            "4",
            "--output",
            output,
            "--export",
            "vllm",
            "--json");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode points = MAPPER.readTree(run.out()).get("points");
    assertThat(points.findValuesAsText("server"))
        .containsExactly("none", "divprune:tokens=4", "none", "divprune:tokens=4");
    assertThat(points.findValuesAsText("where")).containsOnly("in-process");
    assertThat(points.findValues("ms_ttft_mean")).allMatch(JsonNode::isNull);
    assertThat(points.findValues("ms_e2el_mean")).allMatch(JsonNode::isNumber);
    assertThat(points.get(1).get("visual_tokens_ratio").asDouble()).isEqualTo(4 / 144.);
    assertThat(rows()).hasSize(4 * IMAGES).allMatch(row -> row.outcome() != LoadOutcome.ERROR);
    try (Stream<Path> files = Files.list(Path.of(output, "vllm"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(4);
    }
  }

  @Test
  void aTestWithoutAPointLeavesNothing() throws IOException {
    CommandLineRun wrong =
        CommandLineRun.of(
            "load",
            "--model",
            folder.resolve("none").toString(),
            "--examples",
            examples,
            "--output",
            output);

    assertThat(wrong.code()).isNotEqualTo(ExitCode.DONE);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFolderThatIsThereIsNotOverwritten() throws IOException {
    Files.createDirectories(Path.of(output));

    CommandLineRun run = load("--max-concurrency", "1");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems()).anyMatch(line -> line.contains("exists already"));
    assertThat(whole.asked).isEmpty();
  }
}
