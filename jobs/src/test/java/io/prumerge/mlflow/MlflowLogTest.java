package io.prumerge.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prumerge.console.UsageException;
import io.prumerge.metric.Metric;
import io.prumerge.mlflow.MlflowLog.Method;
import io.prumerge.mlflow.MlflowLog.Outcome;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.Records;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests of one report, at a server that keeps them. */
class MlflowLogTest {

  private static final byte[] PAGE = "<html>".getBytes(StandardCharsets.UTF_8);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final MlflowLog LOG =
      new MlflowLog(
          "pope",
          List.of(
              new Method(
                  "mini prumerge",
                  new TreeMap<>(Map.of("method", "prumerge", "dtype", "fp32")),
                  new TreeMap<>(Map.of("pope/test/f1", 86.5, "pope/test/f1_ci_low", 84.0)))));

  private record Asked(String call, String path, String authorization, JsonNode body) {}

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private HttpServer http;
  private String artifacts = "mlflow-artifacts:/7/RUN/artifacts";
  private boolean logged;
  private int status = 200;

  @BeforeEach
  void startServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::answer);
    http.start();
  }

  @AfterEach
  void stopServer() {
    http.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().toString();
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              path,
              exchange.getRequestHeaders().getFirst("Authorization"),
              path.contains("mlflow-artifacts/") ? null : new ObjectMapper().readTree(body)));
      boolean unknown = path.contains("get-by-name");
      byte[] reply = (unknown ? "{}" : reply(path)).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(unknown ? 404 : status, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  private String reply(String path) {
    if (path.endsWith("experiments/create")) {
      return "{\"experiment_id\": \"7\"}";
    }
    if (path.endsWith("runs/search")) {
      return logged ? "{\"runs\": [{}]}" : "{}";
    }
    return path.endsWith("runs/create")
        ? "{\"run\": {\"info\": {\"run_id\": \"r%d\", \"artifact_uri\": \"%s\"}}}"
            .formatted(asked.size(), artifacts)
        : "{}";
  }

  private MlflowServer server(Map<String, String> environment) {
    String address = "http://127.0.0.1:" + http.getAddress().getPort() + "/";
    return MlflowServer.of(address, environment, PATIENCE);
  }

  private Asked asked(String ending) {
    return asked.stream().filter(one -> one.path().endsWith(ending)).findFirst().orElseThrow();
  }

  @Test
  void aMethodIsARunBelowTheReports() throws IOException {
    assertThat(LOG.send(server(Map.of()), "my runs", PAGE)).isEqualTo(Outcome.LOGGED);

    assertThat(asked.get(0).path()).endsWith("get-by-name?experiment_name=my%20runs");
    assertThat(asked("experiments/create").body().at("/name").asText()).isEqualTo("my runs");
    List<JsonNode> created =
        asked.stream().filter(one -> one.path().endsWith("runs/create")).map(Asked::body).toList();
    assertThat(created)
        .extracting(run -> run.at("/run_name").asText())
        .containsExactly("pope", "mini prumerge");
    assertThat(created.get(1).at("/tags/0").toString()).contains("mlflow.parentRunId", "\"r4\"");
    JsonNode batch = asked("runs/log-batch").body();
    assertThat(batch.at("/metrics/0/key").asText()).isEqualTo("pope/test/f1");
    assertThat(batch.at("/metrics/0/value").asDouble()).isEqualTo(86.5);
    assertThat(batch.at("/params/0/key").asText()).isEqualTo("dtype");
    assertThat(batch.at("/params/0/value").asText()).isEqualTo("fp32");
    Asked page = asked("/report.html");
    assertThat(page.call()).isEqualTo("PUT");
    assertThat(page.path())
        .isEqualTo("/api/2.0/mlflow-artifacts/artifacts/7/RUN/artifacts/report.html");
    assertThat(asked.stream().filter(one -> one.path().endsWith("runs/update"))).hasSize(2);
    assertThat(asked).extracting(Asked::authorization).containsOnlyNulls();
  }

  @Test
  void theSameIsLoggedOnce() throws IOException {
    logged = true;

    assertThat(LOG.send(server(Map.of()), "x", PAGE)).isEqualTo(Outcome.THERE_BEFORE);
    assertThat(asked).noneMatch(one -> one.path().endsWith("runs/create"));
    assertThat(asked("runs/search").body().at("/filter").asText()).contains("'FINISHED'");
  }

  @Test
  void aServerWithoutAnArtifactProxyGetsAllButThePage() throws IOException {
    artifacts = "s3://bucket/7/RUN/artifacts";

    assertThat(LOG.send(server(Map.of()), "x", PAGE)).isEqualTo(Outcome.WITHOUT_PAGE);
    assertThat(asked).noneMatch(one -> one.path().contains("mlflow-artifacts/"));
  }

  @Test
  void aRefusalSaysWhatTheServerSaid() {
    status = 403;

    assertThatThrownBy(() -> LOG.send(server(Map.of()), "x", PAGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("experiments/create answers 403: {\"experiment_id\"");
  }

  @ParameterizedTest
  @CsvSource({
    "MLFLOW_TRACKING_TOKEN=abc, Bearer abc",
    "MLFLOW_TRACKING_USERNAME=me MLFLOW_TRACKING_PASSWORD=pw, Basic bWU6cHc="
  })
  void whoAsksComesFromTheEnvironment(String variables, String header) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (String variable : variables.split(" ")) {
      environment.put(variable.split("=")[0], variable.split("=")[1]);
    }
    LOG.send(server(environment), "x", PAGE);

    assertThat(asked).extracting(Asked::authorization).containsOnly(header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:hunter2@host/x",
        "https://host?key=hunter2",
        "ftp://user:hunter2@host",
        "http://user:hunter2@host:badport",
        "file:/mlruns",
        "databricks"
      })
  void anAddressWithASecretIsRefusedAndNotShown(String address) {
    assertThatThrownBy(() -> MlflowServer.of(address, Map.of(), PATIENCE))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("mlflow ")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void twoBenchmarksAreTwoMetrics() {
    Map<String, String> of = Map.of("run_id", "r", "model", "m", "method", "none");
    List<Metric> metrics =
        Map.of("gr_a", 1.0, "gr+a", 2.0).entrySet().stream()
            .map(
                one -> {
                  Map<String, Object> values = new HashMap<>(of);
                  values.put("benchmark", one.getKey());
                  values.put("split", "test");
                  values.put("metric", "accuracy");
                  values.put("family", "confirmatory");
                  values.put("value", one.getValue());
                  return Records.of(Metric.class, values);
                })
            .toList();
    List<MethodSummary> summary = List.of(Records.of(MethodSummary.class, Map.copyOf(of)));

    assertThat(MlflowLog.of("x", List.of(), summary, metrics).methods().get(0).metrics())
        .containsEntry("gr_a/test/accuracy", 1.0)
        .containsEntry("gr_a/test/accuracy-2", 2.0);
  }
}
