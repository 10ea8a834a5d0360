package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A benchmark file of a stranger makes no command ask an address that the file names. */
class OthersFileSystemsTest {

  private static final String SECRET = "token-of-this-machine";

  @TempDir private Path folder;

  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] reply = (SECRET + "\n").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
    Files.writeString(folder.resolve("q.csv"), "id,q,a\n1,Which?,b\n");
    Files.writeString(folder.resolve("a.csv"), "question_id,text\n1,b\n");
    Files.createDirectory(folder.resolve("photos"));
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String file(String keys) throws IOException {
    String port = String.valueOf(server.getAddress().getPort());
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\n"
            + keys.replace("PORT", port).replace("HERE", folder.toString())
            + "\ncolumns: {id: id, question: q, answer: a}\n");
    return path("own.yaml");
  }

  private void refused(String place, String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("prumerge-spark: Cannot use the benchmark own.yaml: own.yaml:" + place)
        .contains("only file systems that the command's own paths are on (file), or hf:ORG/NAME")
        .contains("give it by --source")
        .doesNotContain(SECRET);
    assertThat(asked).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: http://127.0.0.1:PORT/q.csv",
        "data: HTTP://127.0.0.1:PORT/q.csv",
        "data: [q.csv, 'https://127.0.0.1:PORT/q.csv']",
        "data: ftp://127.0.0.1:PORT/q.csv",
        "data: file://127.0.0.1/q.csv",
        "data: //127.0.0.1:PORT/q.csv",
        "data: 'jar:http://127.0.0.1:PORT/a.jar!/q.csv'",
        "data: 'har://http-127.0.0.1:PORT/a.har'",
        "data: s3a://bucket/q.csv",
        "data: webhdfs://127.0.0.1:PORT/q.csv",
        "data: 'http:127.0.0.1/q.csv'"
      })
  void dataElsewhere(String keys) throws IOException {
    String own = file(keys);

    refused("2: data: ", "prepare", "--benchmark", own, "--output", path("out"));
    refused("2: data: ", "score", "--benchmark", own, "--answers", path("a.csv"));
    refused(
        "2: data: ",
        "evaluate",
        "--benchmark",
        own,
        "--model",
        "openai:http://127.0.0.1:9/v1#m",
        "--method",
        "none",
        "--output",
        path("run"));
  }

  @Test
  void picturesElsewhere() throws IOException {
    String own = file("data: q.csv\nimages: [photos, 'http://127.0.0.1:PORT/photos']");

    refused("3: images: http://", "prepare", "--benchmark", own, "--output", path("out"));
  }

  /** The file's other faults are found without a look at its data. */
  @Test
  void faultyFile() throws IOException {
    String own = file("data: http://127.0.0.1:PORT/q.csv\nspilt: test");
    CommandLineRun run = CommandLineRun.of("prepare", "--benchmark", own, "--output", path("out"));

    assertThat(run.err()).contains("own.yaml:3: unknown key 'spilt'");
    assertThat(asked).hasValue(0);
  }

  @Test
  void fileSystemsOfTheCommand() throws IOException {
    for (String keys : new String[] {"data: q.csv", "data: file:HERE/q.csv", "data: HERE/q.csv"}) {
      CommandLineRun run =
          CommandLineRun.of("score", "--benchmark", file(keys), "--answers", path("none.csv"));
      assertThat(run.err()).contains("--answers " + path("none.csv") + " does not exist");
    }
    String remote = file("data: http://127.0.0.1:PORT/q.csv");
    CommandLineRun run =
        CommandLineRun.of(
            "score", "--benchmark", remote, "--answers", "http://127.0.0.1:1/none.csv");

    assertThat(run.err()).doesNotContain("file systems that the command's own paths");
  }

  /** What the command line itself names is the user's wish. */
  @Test
  void sourceByName() throws IOException {
    String own = file("data: http://127.0.0.1:PORT/q.csv");
    CommandLineRun run =
        CommandLineRun.of(
            "score", "--benchmark", own, "--source", path("q.csv"), "--answers", path("none.csv"));

    assertThat(run.err()).contains("--answers " + path("none.csv") + " does not exist");
  }
}
