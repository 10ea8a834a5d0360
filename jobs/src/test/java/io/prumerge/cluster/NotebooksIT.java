package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The notebooks over a small demo, sweep and explanation, all made by the CPU jar. */
@Tag("process")
@Tag("slow")
class NotebooksIT {

  private static final Path CPU = Path.of(System.getProperty("cpu.jar"));
  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path FOLDER = ROOT.resolve("notebooks");
  private static final Path MODEL = ROOT.resolve("conf/mini-llava");

  /** Notebooks show pictures by name up to the seventh; the twentieth may be missing. */
  private static final int IMAGES = 8;

  /** Questions of each benchmark in the sweep, whose figures are drawn and not looked at. */
  private static final int QUESTIONS = 12;

  private static final String SWEEP = "paper";
  private static final String EXPLAINED = "explained.json";

  private static final byte[] YES =
      """
      {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Yes"}}]}"""
          .getBytes(StandardCharsets.UTF_8);

  private static final List<String> BENCHMARKS =
      List.of("vqav2", "scienceqa", "textvqa", "pope", "mme", "mmbench");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path temp;
  private static Python python;
  private static Optional<String> lacks;
  private static OneJvm jvm;

  @BeforeAll
  static void makeTheirInputs() throws Exception {
    Path demo = temp.resolve("demo");
    Path sweep = temp.resolve(SWEEP);
    Path explained = temp.resolve(EXPLAINED);
    python =
        new Python(
            temp,
            Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "SPARK_LOCAL_IP", "127.0.0.1",
                "PRUMERGE_JAR", CPU.toString(),
                "PRUMERGE_MODEL", MODEL.toString(),
                "PRUMERGE_DEMO", demo.toString(),
                "PRUMERGE_SWEEP", sweep.toString(),
                "PRUMERGE_EXPLAINED", explained.toString()));
    lacks = python.lacks(FOLDER.resolve("requirements.txt"));
    if (lacks.isPresent()) {
      return;
    }
    jvm = OneJvm.start(SparkHome.in(temp), temp, temp, Map.of());
    printed(
        "demo",
        "--images",
        Integer.toString(IMAGES),
        "--model",
        MODEL.toString(),
        "--tuned",
        MODEL + "+" + ROOT.resolve("conf/mini-llava-prumerge"),
        "--output",
        demo.toString());
    List<String> examples =
        BENCHMARKS.stream().map(name -> demo.resolve("examples/" + name).toString()).toList();
    printed(
        Stream.of(
                List.of("sweep", ROOT.resolve("conf/sweeps/paper.yaml").toString()),
                List.of("--limit", Integer.toString(QUESTIONS), "--output", sweep.toString()),
                List.of("--examples"),
                examples)
            .flatMap(List::stream)
            .toArray(String[]::new));
    Files.writeString(explained, printed(explain(demo)));
    askOwnQuestions(demo);
  }

  @AfterAll
  static void stop() {
    if (jvm != null) {
      jvm.close();
    }
  }

  private static void askOwnQuestions(Path demo) throws IOException {
    Path questions = temp.resolve("own.jsonl");
    Files.write(
        questions,
        IntStream.rangeClosed(1, IMAGES)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "{\"question_id\": %d, \"image\": \"COCO_val2014_%012d.jpg\", \"text\":"
                            + " \"How many objects are in the image?\", \"answer\": \"%d\"}",
                        i,
                        i,
                        1 + i % 3))
            .toList());
    printed(
        "evaluate",
        "--model",
        MODEL.toString(),
        "--benchmark",
        "custom",
        "--source",
        questions.toString(),
        demo.resolve("data/vqav2/val2014").toString(),
        "--method",
        "none",
        "divprune:tokens=9",
        "--output",
        temp.resolve("own").toString());
  }

  /** Test by test: reports count no tests of a class that is left out as a whole. */
  @BeforeEach
  void needsPython() {
    assumeTrue(
        lacks.isEmpty(),
        () ->
            "no Python with the packages of notebooks/requirements.txt; install them, or name one"
                + " that has them by the environment variable PYTHON ("
                + lacks.orElseThrow()
                + ")");
  }

  private static String[] explain(Path demo) {
    List<String> arguments = new ArrayList<>(List.of("explain", "--model", MODEL.toString()));
    arguments.add("--image");
    IntStream.rangeClosed(1, 4)
        .mapToObj("data/vqav2/val2014/COCO_val2014_%012d.jpg"::formatted)
        .forEach(image -> arguments.add(demo.resolve(image).toString()));
    arguments.addAll(List.of("--prompt", "How many objects are in the image?", "--method"));
    arguments.addAll(List.of("none", "prumerge", "prumerge+", "uniform:tokens=@prumerge"));
    arguments.addAll(List.of("--json", "--output", temp.resolve("explained").toString()));
    return arguments.toArray(String[]::new);
  }

  private static String printed(String... arguments) throws IOException {
    SparkSubmit.Result result = jvm.run(arguments);
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  private static Python.Result execute(Path notebook) throws IOException, InterruptedException {
    return python.module(
        "nbconvert",
        "--execute",
        "--to=notebook",
        "--ExecutePreprocessor.timeout=300",
        "--output-dir=" + temp.resolve("executed"),
        notebook.toString());
  }

  private static Notebook executed(Path notebook) throws IOException, InterruptedException {
    Python.Result result = execute(notebook);
    assertThat(result.exitCode()).as(result.printed()).isZero();
    return Notebook.read(temp.resolve("executed").resolve(notebook.getFileName()));
  }

  /** Neither the figures nor the tables of the committed one may be missing. */
  @ParameterizedTest
  @ValueSource(strings = {"paper", "attention", "spark_sql"})
  void showsWhatTheCommittedOneShows(String name) throws Exception {
    Path notebook = FOLDER.resolve(name + ".ipynb");

    assertThat(executed(notebook).shown()).isEqualTo(Notebook.read(notebook).shown());
  }

  /** It needs torch, which the others do without. */
  @Test
  void aMethodOfOnesOwnGivesOurRows() throws Exception {
    Optional<String> torch = python.lacks(FOLDER.resolve("own_method/requirements.txt"));
    assumeTrue(
        torch.isEmpty(),
        () ->
            "no Python with the packages of notebooks/own_method/requirements.txt ("
                + torch.orElseThrow()
                + ")");

    showsWhatTheCommittedOneShows("own_method");
  }

  /**
   * The demo's folder, and runs' folders: of questions and methods that the demo lacks, of a
   * checkpoint and a server, and of the server alone, which counts no tokens. POPE's figure is no
   * mean of scores.
   */
  @Test
  void theReportShowsTheSameOverEveryRun() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, YES.length);
            exchange.getResponseBody().write(YES);
          }
        });
    server.start();
    String served = "openai:http://127.0.0.1:%d/v1#served".formatted(server.getAddress().getPort());
    try {
      askPartOfPope("both", MODEL.toString(), served);
      askPartOfPope("served", served);
    } finally {
      server.stop(0);
    }
    List<String> runs = List.of("demo", "own", "both", "served");
    Notebook report = Notebook.read(FOLDER.resolve("report.ipynb"));
    List<List<String>> shown = executed(oneAfterAnother(report, runs)).shown();

    int cells = report.cells().size() + 1;
    assertThat(shown).hasSize(runs.size() * cells);
    for (int i = 0; i < runs.size(); i++) {
      assertThat(shown.subList(i * cells + 1, (i + 1) * cells))
          .as(runs.get(i))
          .isEqualTo(report.shown());
    }
  }

  private static void askPartOfPope(String output, String... models) throws IOException {
    printed(
        Stream.of(
                List.of("evaluate", "--model"),
                List.of(models),
                List.of("--examples", temp.resolve("demo/examples/pope").toString()),
                List.of("--limit", Integer.toString(QUESTIONS)),
                List.of("--output", temp.resolve(output).toString()),
                List.of("--method", "none"))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  /**
   * Writes a notebook that has another's cells once for each of some folders: each time with no
   * names and no tables left, but in a Python and a JVM that have loaded what they need.
   */
  private static Path oneAfterAnother(Notebook notebook, List<String> folders) throws IOException {
    ArrayNode cells = JSON.createArrayNode();
    for (String folder : folders) {
      ObjectNode begin = notebook.cells().get(0).deepCopy();
      begin.put(
          "source",
          """
          import os
          import duckdb
          duckdb.set_default_connection(duckdb.connect())
          os.environ['PRUMERGE_DEMO'] = '%s'
          %%reset -f
          """
              .formatted(temp.resolve(folder)));
      cells.add(begin);
      notebook.cells().forEach(cell -> cells.add(cell.deepCopy()));
    }
    for (int i = 0; i < cells.size(); i++) {
      ((ObjectNode) cells.get(i)).put("id", "cell-" + i);
    }
    ObjectNode all = JSON.createObjectNode().put("nbformat", 4).put("nbformat_minor", 5);
    all.putObject("metadata")
        .putObject("kernelspec")
        .put("name", "python3")
        .put("display_name", "Python 3");
    all.set("cells", cells);
    Files.createSymbolicLink(temp.resolve("conf"), ROOT.resolve("conf")); // as beside notebooks/
    Path folder = Files.createDirectories(temp.resolve("notebooks"));
    return Files.writeString(folder.resolve("report.ipynb"), all.toString());
  }

  /** What the test looks for is really seen. */
  @Test
  void aCellThatFailsIsCaught() throws Exception {
    Path notebook =
        Files.writeString(
            temp.resolve("bad.ipynb"),
            """
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
             "cells": [{"id": "a", "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
                        "source": "assert 1 == 2, 'one is not two'"}]}
            """);

    Python.Result result = execute(notebook);

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.printed()).contains("AssertionError", "one is not two");
  }
}
