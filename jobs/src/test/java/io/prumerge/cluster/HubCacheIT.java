package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.store.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models and data sets by their names, in a cache that {@code hf download} filled from a hub of
 * this test's.
 */
@Tag("process")
@Tag("slow")
class HubCacheIT {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path REQUIREMENTS = ROOT.resolve("notebooks/serve/services.txt");
  private static final String FIRST = "1".repeat(40);
  private static final String SECOND = "2".repeat(40);

  @TempDir private static Path temp;
  private static OneJvm jvm;
  private static Hub hub;
  private static Python python;
  private static Optional<String> lacks;

  /** The part of the hub's interface that {@code hf download} uses. */
  private static final class Hub {

    private static final Pattern INFO =
        Pattern.compile("/api/(models|datasets)/(\\w+/[\\w.-]+)/revision/([^/?]+)");
    private static final Pattern TREE =
        Pattern.compile("/api/(models|datasets)/(\\w+/[\\w.-]+)/tree/([^/?]+).*");
    private static final Pattern FILE =
        Pattern.compile("/(?:datasets/)?(\\w+/[\\w.-]+)/resolve/([^/]+)/(.+)");

    private final HttpServer server;
    private final Map<String, Path> repos;

    Hub(Map<String, Path> repos) throws IOException {
      this.repos = repos;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the commit of a revision: a tag, or the branch. */
    private static String commit(String revision) {
      return revision.equals("v1") || FIRST.startsWith(revision) ? FIRST : SECOND;
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        // To its end: a connection is closed where a request's is not seen and nothing is drained.
        exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        Matcher info = INFO.matcher(path);
        Matcher tree = TREE.matcher(path);
        Matcher file = FILE.matcher(path);
        if (info.matches() && repos.containsKey(info.group(2))) {
          List<Map<String, String>> files =
              names(repos.get(info.group(2))).stream()
                  .map(name -> Map.of("rfilename", name))
                  .toList();
          send(
              exchange,
              Map.of("id", info.group(2), "sha", commit(info.group(3)), "siblings", files));
        } else if (tree.matches() && repos.containsKey(tree.group(2))) {
          List<Map<String, Object>> files = new ArrayList<>();
          for (String name : names(repos.get(tree.group(2)))) {
            byte[] bytes = Files.readAllBytes(repos.get(tree.group(2)).resolve(name));
            files.add(
                Map.of("type", "file", "path", name, "size", bytes.length, "oid", etag(bytes)));
          }
          send(exchange, files);
        } else if (file.matches() && repos.containsKey(file.group(1))) {
          Path found = repos.get(file.group(1)).resolve(file.group(3));
          exchange.getResponseHeaders().set("X-Repo-Commit", commit(file.group(2)));
          send(exchange, Files.readAllBytes(found));
        } else {
          exchange.sendResponseHeaders(404, -1);
        }
      }
    }

    private static List<String> names(Path repo) throws IOException {
      try (Stream<Path> files = Files.walk(repo)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> repo.relativize(file).toString())
            .filter(name -> !name.endsWith(".crc"))
            .sorted()
            .toList();
      }
    }

    private static String etag(byte[] bytes) {
      return Sha256.hex(bytes).substring(0, 40);
    }

    private static void send(HttpExchange exchange, Object document) throws IOException {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      send(exchange, Json.write(document).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
      exchange.getResponseHeaders().set("ETag", '"' + etag(bytes) + '"');
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @BeforeAll
  static void startHub() throws Exception {
    Path pope = temp.resolve("pope");
    DogsAndCats.drawn(pope, 2);
    hub =
        new Hub(
            Map.of(
                "prumerge/mini", ROOT.resolve("conf/mini-llava"),
                "prumerge/adapter", ROOT.resolve("conf/mini-llava-prumerge"),
                "prumerge/clip", ROOT.resolve("udfs/src/test/resources/goldens/clips/mini"),
                "prumerge/pope", pope));
    python =
        new Python(
            temp,
            Map.of(
                "HF_HOME",
                temp.resolve("hf").toString(),
                "HF_ENDPOINT",
                hub.address(),
                "HF_HUB_DISABLE_XET",
                "1",
                "HF_HUB_DISABLE_TELEMETRY",
                "1"));
    lacks = python.lacks(REQUIREMENTS);
    if (lacks.isEmpty()) {
      jvm = jvm(temp);
    }
  }

  @AfterAll
  static void stop() {
    if (hub != null) {
      hub.server.stop(0);
    }
    if (jvm != null) {
      jvm.close();
    }
  }

  /** Starts a JVM whose environment names the cache. */
  private static OneJvm jvm(Path folder) throws IOException, InterruptedException {
    Map<String, String> cache = Map.of("HF_HOME", temp.resolve("hf").toString());
    return OneJvm.start(SparkHome.in(folder), folder, folder, cache);
  }

  /** Test by test: reports count no tests of a class that is left out as a whole. */
  @BeforeEach
  void needsPython() {
    assumeTrue(
        lacks.isEmpty(),
        () ->
            "no Python with the packages of notebooks/serve/services.txt; install them, or name"
                + " one that has them by the environment variable PYTHON ("
                + lacks.orElseThrow()
                + ")");
  }

  private static void download(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("huggingface_hub.cli.hf", "download"));
    command.addAll(List.of(arguments));
    Python.Result done = python.module(command.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.printed()).isZero();
  }

  /** Returns the command that an error ends with, as the user would give it to hf. */
  private static String[] advised(String error) {
    Matcher command = Pattern.compile("(?s).*: hf download ([^\n]+)\n").matcher(error);
    assertThat(command.matches()).as(error).isTrue();
    return command.group(1).split(" ");
  }

  @Test
  void whatTheAdviceDownloadsIsFoundByItsName() throws Exception {
    String tuned = "hf:prumerge/mini@v1+hf:prumerge/adapter";
    // The base under its tag, then the adapter, each by its own line.
    String[] base = advised(jvm.run("estimate", "--model", tuned).err());
    assertThat(base).containsExactly("prumerge/mini", "--revision", "v1");
    download(base);
    String[] adapter = advised(jvm.run("estimate", "--model", tuned).err());
    assertThat(adapter).containsExactly("prumerge/adapter");
    download(adapter);
    download("prumerge/mini");

    Path run = temp.resolve("run");
    List<String> asked =
        List.of(
            "evaluate",
            "--model",
            "prumerge/mini",
            tuned,
            "--method",
            "none",
            "trim:clip=hf:prumerge/clip,tokens=20",
            "--benchmark",
            "pope",
            "--source",
            "hf:prumerge/pope",
            "--max-new-tokens",
            "2",
            "--output",
            run.toString());
    String[] source = advised(jvm.run(asked.toArray(String[]::new)).err());
    assertThat(source).containsExactly("--repo-type", "dataset", "prumerge/pope");
    download(source);
    String[] clip = advised(jvm.run(asked.toArray(String[]::new)).err());
    assertThat(clip).containsExactly("prumerge/clip");
    download(clip);
    SparkSubmit.Result evaluated = jvm.run(asked.toArray(String[]::new));

    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    String snapshots = temp.resolve("hf/hub/models--prumerge--mini/snapshots").toString();
    assertThat(manifests(run))
        .as("the commit of the branch, and that of the tag")
        .anySatisfy(text -> assertThat(text).contains(snapshots + "/" + SECOND + "\""))
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains(snapshots + "/" + FIRST + "+")
                    .contains("models--prumerge--adapter/snapshots/" + SECOND))
        .allSatisfy(
            text ->
                assertThat(text)
                    .as("the name of a method's model, and its hash")
                    .contains("\"trim:clip=hf:prumerge/clip,tokens=20\"")
                    .containsPattern("\"hf:prumerge/clip\" : \"[0-9a-f]{64}\""));
    assertThat(evaluated.out()).contains("mini+adapter");

    // A branch that has moved is another model.
    Files.writeString(temp.resolve("hf/hub/models--prumerge--mini/refs/main"), FIRST);
    List<String> resumed = new ArrayList<>(asked);
    resumed.add("--resume");
    SparkSubmit.Result refused = jvm.run(resumed.toArray(String[]::new));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("model was", SECOND, "is now", FIRST);

    // A finished run needs no model, neither on the disk nor in memory.
    FileUtils.deleteDirectory(temp.resolve("hf/hub/models--prumerge--mini").toFile());
    FileUtils.deleteDirectory(temp.resolve("hf/hub/models--prumerge--clip").toFile());
    try (OneJvm fresh = jvm(Files.createDirectories(temp.resolve("fresh")))) {
      SparkSubmit.Result finished = fresh.run(resumed.toArray(String[]::new));
      assertThat(finished.exitCode()).as(finished.err()).isZero();
      assertThat(finished.out()).contains("is complete");
    }
  }

  private static List<String> manifests(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(one -> one.endsWith("manifest.json")).toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    }
  }
}
