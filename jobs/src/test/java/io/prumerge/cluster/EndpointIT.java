package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The miniature behind a real server, {@code transformers serve}, compared with itself. With our
 * template the answers and the counts of tokens are equal. With another one the counts are not,
 * which shows that the test can tell them apart.
 */
@Tag("process")
@Tag("slow")
class EndpointIT {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path MODEL = ROOT.resolve("conf/mini-llava");
  private static final Path REQUIREMENTS = ROOT.resolve("notebooks/serve/requirements.txt");
  private static final List<String> BENCHMARKS = List.of("vqav2", "pope", "textvqa");
  private static final int IMAGES = 10;
  private static final int QUESTIONS = 52;
  private static final int MINUTES = 5;

  /** {@code vicuna_v1} as a chat template, and llava-hf's, which has no system sentence. */
  private static final String OURS =
      "A chat between a curious user and an artificial intelligence assistant. The assistant gives"
          + " helpful, detailed, and polite answers to the user's questions. USER: %s ASSISTANT:";

  private static final String THEIRS = "USER: %s ASSISTANT:";

  private static final String PARTS =
      "{% for part in messages[0]['content'] %}{% if part['type'] == 'image' %}{{ '<image>\\n"
          + "' }}{% endif %}{% endfor %}{% for part in messages[0]['content'] %}{% if part['type']"
          + " == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}";

  @TempDir private static Path temp;
  private static Python python;
  private static Optional<String> lacks;
  private static List<String> examples;
  private static Process server;
  private static int port;
  private static String ours;

  /** A question's identity and what is compared. */
  private record Told(String answer, String finish, Integer prompt, Integer generated) {}

  @BeforeAll
  static void makeExamples() throws Exception {
    python = new Python(temp, Map.of("HF_HUB_OFFLINE", "1", "OMP_NUM_THREADS", "2"));
    lacks = python.lacks(REQUIREMENTS);
    if (lacks.isPresent()) {
      return;
    }
    LocalSpark.session();
    run(
        "mini",
        "--split",
        "test",
        "--seed",
        "7",
        "--images",
        Integer.toString(IMAGES),
        "--output",
        at("mini"));
    examples = new ArrayList<>();
    for (String name : BENCHMARKS) {
      run("prepare", "--benchmark", name, "--source", at("mini/" + name), "--output", at(name));
      examples.add(at(name));
    }
    startServer();
    ours = served("ours", OURS);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly();
    }
  }

  /** Test by test: reports count no tests of a class that is left out as a whole. */
  @BeforeEach
  void needsPython() {
    assumeTrue(
        lacks.isEmpty(),
        () ->
            "no Python with the packages of notebooks/serve/requirements.txt; install them, or name"
                + " one that has them by the environment variable PYTHON ("
                + lacks.orElseThrow()
                + ")");
  }

  private static String at(String name) {
    return temp.resolve(name).toString();
  }

  private static void run(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void aServerWithOurTemplateSaysWhatWeSay() throws Exception {
    Map<String, Map<String, Told>> told = asked(ours, examples);

    assertThat(told.get("theirs")).hasSize(QUESTIONS).isEqualTo(told.get("our own"));
  }

  @Test
  void aServerWithAnotherTemplateIsAskedOtherPrompts() throws Exception {
    Map<String, Map<String, Told>> told =
        asked(served("theirs", THEIRS), examples.subList(0, 1), "--limit", "4");

    assertThat(told.get("theirs")).hasSize(4);
    assertThat(told.get("theirs").keySet())
        .allSatisfy(
            question ->
                assertThat(told.get("theirs").get(question).prompt())
                    .isNotEqualTo(told.get("our own").get(question).prompt()));
  }

  @Test
  void underLoadItSaysWhatItSaysByItself() throws Exception {
    String output = at("load");
    run(
        "load",
        "--model",
        ours,
        "--examples",
        examples.get(0),
        "--max-concurrency",
        "1",
        "2",
        "4",
        "--questions-per-picture",
        "all",
        "--limit",
        "20",
        "--output",
        output);

    List<LoadRow> rows =
        LoadRow.TABLE.records(LoadRow.TABLE.read(LocalSpark.session(), List.of(output + "/load")));
    assertThat(rows).hasSize(3 * IMAGES);
    assertThat(rows)
        .allMatch(LoadRow::isAnswered)
        .allMatch(row -> row.firstText().isPresent())
        .allMatch(row -> row.generatedTokens().isPresent())
        .allMatch(row -> row.score().isPresent());
    assertThat(
            rows.stream()
                .collect(
                    Collectors.groupingBy(
                        row -> row.question().questionId(),
                        Collectors.mapping(LoadRow::answer, Collectors.toSet())))
                .values())
        .hasSize(IMAGES)
        .allMatch(answers -> answers.size() == 1);
  }

  /** Asks our engine and a served model, and returns what both said to each question. */
  private static Map<String, Map<String, Told>> asked(
      String served, List<String> questions, String... more) throws IOException {
    String output = Files.createTempDirectory(temp, "asked").resolve("run").toString();
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", MODEL.toString()));
    arguments.add(served);
    arguments.addAll(List.of("--method", "none", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--output", output, "--examples"));
    arguments.addAll(questions);
    arguments.addAll(List.of(more));
    run(arguments.toArray(String[]::new));
    return told(output);
  }

  /** Returns the miniature with a template, as {@code --model} spells it. */
  private static String served(String name, String template) throws IOException {
    Path served = Files.createDirectories(temp.resolve(name).resolve("mini-llava"));
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, served.resolve(file.getFileName()));
      }
    }
    Files.writeString(served.resolve("chat_template.jinja"), template.formatted(PARTS));
    return "openai:http://127.0.0.1:%d/v1#%s".formatted(port, served);
  }

  /** Starts a server that loads the models that it is asked for. */
  private static void startServer() throws Exception {
    port = freePort();
    Path log = temp.resolve("server.log");
    server =
        python.start(
            log,
            "transformers.cli.transformers",
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--device",
            "cpu",
            "--dtype",
            "float32");
    awaitHealth(log);
  }

  private static Map<String, Map<String, Told>> told(String output) {
    Map<String, Map<String, Told>> told = new TreeMap<>();
    for (Row row :
        Table.PREDICTIONS
            .read(LocalSpark.session(), List.of(output + "/predictions"))
            .collectAsList()) {
      assertThat(row.<String>getAs("error")).isNull();
      boolean ours = row.<String>getAs("model").equals("mini-llava");
      if (ours) {
        assertThat(row.<Integer>getAs("prompt_tokens"))
            .isEqualTo(
                row.<Integer>getAs("text_tokens") + row.<Integer>getAs("visual_tokens_after"));
      }
      told.computeIfAbsent(ours ? "our own" : "theirs", any -> new TreeMap<>())
          .put(
              row.<String>getAs("benchmark") + " " + row.<String>getAs("question_id"),
              new Told(
                  row.getAs("answer"),
                  row.getAs("finish_reason"),
                  row.getAs("prompt_tokens"),
                  row.getAs("generated_tokens")));
    }
    return told;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitHealth(Path log) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest health =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health".formatted(port))).build();
    long end = System.nanoTime() + MINUTES * 60_000_000_000L;
    while (System.nanoTime() < end && server.isAlive()) {
      try {
        if (client.send(health, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not there yet.
      }
      Thread.sleep(500);
    }
    throw new AssertionError("The server does not answer: " + Files.readString(log));
  }
}
