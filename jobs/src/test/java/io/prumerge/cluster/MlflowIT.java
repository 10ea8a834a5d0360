package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a real {@code mlflow server}. */
@Tag("process")
@Tag("slow")
class MlflowIT {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path REQUIREMENTS = ROOT.resolve("notebooks/serve/services.txt");
  private static final int SECONDS = 300;

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path temp;

  @Test
  void aRunIsFoundAtTheServer() throws Exception {
    Python python =
        new Python(
            temp,
            Map.of("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false", "MLFLOW_DISABLE_TELEMETRY", "1"));
    Optional<String> lacks = python.lacks(REQUIREMENTS);
    assumeTrue(
        lacks.isEmpty(),
        () ->
            "no Python with the packages of notebooks/serve/services.txt; install them, or name"
                + " one that has them by the environment variable PYTHON ("
                + lacks.orElseThrow()
                + ")");
    LocalSpark.session();
    CommandLineRun drawn =
        CommandLineRun.of(
            "mini", "--split=test", "--seed=1", "--images=12", "--output=" + temp.resolve("mini"));
    assertThat(drawn.code()).as(drawn.err()).isZero();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String address = "http://127.0.0.1:" + port;
    Path log = temp.resolve("server.log");
    Process server =
        python.start(
            log,
            "mlflow",
            "server",
            "--host=127.0.0.1",
            "--port=" + port,
            "--workers=1",
            "--backend-store-uri=sqlite:///" + temp.resolve("runs.db"),
            "--artifacts-destination=" + temp.resolve("artifacts"));
    try {
      await(server, address, log);
      String[] evaluate = {
        "evaluate",
        "--model",
        ROOT.resolve("conf/mini-llava").toString(),
        "--device",
        "cpu",
        "--dtype",
        "fp32",
        "--benchmark",
        "pope",
        "--source",
        temp.resolve("mini/pope").toString(),
        "--method",
        "none",
        "prumerge",
        "--max-new-tokens",
        "2",
        "--resume",
        "--output",
        temp.resolve("run").toString(),
        "--mlflow",
        address,
        "--mlflow-experiment",
        "ours"
      };
      CommandLineRun run = CommandLineRun.of(without(evaluate, "--resume"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("MLflow: " + address + ", experiment ours");

      List<JsonNode> runs = runs(address);
      assertThat(runs)
          .extracting(one -> one.at("/info/run_name").asText())
          .containsExactlyInAnyOrder("run", "mini-llava none", "mini-llava prumerge");
      JsonNode prumerge =
          runs.stream()
              .filter(one -> one.at("/info/run_name").asText().endsWith("prumerge"))
              .findFirst()
              .orElseThrow();
      assertThat(prumerge.at("/info/status").asText()).isEqualTo("FINISHED");
      assertThat(prumerge.at("/data/metrics").toString())
          .contains("pope/test/", "_ci_low", "flops_total_mean", "visual_tokens_after_mean");
      assertThat(prumerge.at("/data/params").toString())
          .contains("\"value\":\"prumerge\"", "weights_sha256", "fp32");
      try (var files = Files.walk(temp.resolve("artifacts"))) {
        Path page = files.filter(file -> file.endsWith("report.html")).findFirst().orElseThrow();
        assertThat(page).hasSameBinaryContentAs(temp.resolve("run/report/report.html"));
      }

      CommandLineRun again = CommandLineRun.of(evaluate);
      assertThat(again.out()).contains("MLflow: " + address + " has this report already");
      assertThat(runs(address)).hasSize(3);
    } finally {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly();
    }

    CommandLineRun without =
        CommandLineRun.of(
            "report",
            "--runs",
            temp.resolve("run").toString(),
            "--output",
            temp.resolve("report").toString(),
            "--mlflow",
            address);
    assertThat(without.code()).as("a server that is gone").isZero();
    assertThat(without.problems())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("Could not log to MLflow at " + address)
                    .contains("the report is complete at"));
  }

  private static String[] without(String[] arguments, String one) {
    return List.of(arguments).stream()
        .filter(argument -> !argument.equals(one))
        .toArray(String[]::new);
  }

  private void await(Process server, String address, Path log) throws Exception {
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    while (System.nanoTime() < end) {
      assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
      try {
        if (client
                .send(
                    HttpRequest.newBuilder(URI.create(address + "/health")).build(),
                    BodyHandlers.ofString())
                .statusCode()
            == 200) {
          return;
        }
      } catch (IOException e) {
        // Not yet.
      }
      Thread.sleep(500);
    }
    throw new AssertionError(Files.readString(log));
  }

  private List<JsonNode> runs(String address) throws Exception {
    String api = address + "/api/2.0/mlflow/";
    String id =
        json(HttpRequest.newBuilder(
                    URI.create(api + "experiments/get-by-name?experiment_name=ours"))
                .build())
            .at("/experiment/experiment_id")
            .asText();
    JsonNode found =
        json(
            HttpRequest.newBuilder(URI.create(api + "runs/search"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"experiment_ids\": [\"" + id + "\"]}"))
                .build());
    return StreamSupport.stream(found.at("/runs").spliterator(), false).toList();
  }

  private JsonNode json(HttpRequest request) throws Exception {
    return new ObjectMapper().readTree(client.send(request, BodyHandlers.ofString()).body());
  }
}
