package io.prumerge.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An MLflow tracking server, by the part of its REST interface 2.0 that stores runs. Who asks comes
 * from the variables that MLflow's own client reads.
 */
public final class MlflowServer {

  /** Name of who logs to an MLflow server; with {@code MLFLOW_TRACKING_PASSWORD}. */
  private static final String NAME = "MLFLOW_TRACKING_USERNAME";

  /** Password of who logs to an MLflow server. */
  private static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";

  /** Token of who logs to an MLflow server, where no name is set. */
  private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";

  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final String PROXIED = "mlflow-artifacts:";
  private static final int NOT_FOUND = 404;
  private static final int LONGEST_REASON = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String base;
  private final Optional<String> authorization;
  private final Duration patience;
  private final HttpClient client;

  private MlflowServer(String base, Optional<String> authorization, Duration patience) {
    this.base = base;
    this.authorization = authorization;
    this.patience = patience;
    this.client = HttpClient.newBuilder().connectTimeout(patience).build();
  }

  /**
   * Returns the server at an address.
   *
   * @param environment may have MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and
   *     MLFLOW_TRACKING_PASSWORD
   * @param patience with each request
   * @throws UsageException if the address is none; the message shows no password and no query
   */
  public static MlflowServer of(
      String address, Map<String, String> environment, Duration patience) {
    URI url;
    try {
      url = new URI(address);
    } catch (URISyntaxException e) {
      throw refused(address, "is no URL: " + e.getReason(), e);
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw refused(
          address,
          "must be an address like http://HOST:5000, without a name, password or query; the"
              + " variables MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or"
              + " MLFLOW_TRACKING_TOKEN, say who asks",
          null);
    }
    return new MlflowServer(address.replaceFirst("/+$", ""), authorization(environment), patience);
  }

  private static UsageException refused(String address, String why, Exception cause) {
    return new UsageException(
        Wording.of("%s %s %s", Setting.MLFLOW, Location.shown(address), why), cause);
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.getOrDefault(TOKEN, "");
    String name = environment.getOrDefault(NAME, "");
    if (!name.isEmpty()) {
      String both = name + ":" + environment.getOrDefault(PASSWORD, "");
      return Optional.of(
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
    return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
  }

  /** Returns the id of an experiment, which is created if it is not there. */
  String experiment(String name) throws IOException {
    HttpResponse<String> known =
        send(request(API + "experiments/get-by-name?experiment_name=" + encoded(name)).GET());
    return known.statusCode() == NOT_FOUND
        ? text(post("experiments/create", Map.of("name", name)), "/experiment_id")
        : text(answer(known), "/experiment/experiment_id");
  }

  /** Returns whether an experiment has a finished run with a tag of this value. */
  boolean has(String experiment, String tag, String value) throws IOException {
    JsonNode found =
        post(
            "runs/search",
            Map.of(
                "experiment_ids",
                List.of(experiment),
                "filter",
                Text.format("tags.`%s` = '%s' and attributes.status = 'FINISHED'", tag, value),
                "max_results",
                1));
    return !found.path("runs").isEmpty();
  }

  CreatedRun create(String experiment, String name, Map<String, String> tags) throws IOException {
    JsonNode run =
        post(
            "runs/create",
            Map.of(
                "experiment_id",
                experiment,
                "run_name",
                name,
                "start_time",
                System.currentTimeMillis(),
                "tags",
                pairs(tags)));
    return new CreatedRun(text(run, "/run/info/run_id"), text(run, "/run/info/artifact_uri"));
  }

  /** Logs parameters and metrics of a run. */
  void log(CreatedRun run, Map<String, String> parameters, Map<String, Double> metrics)
      throws IOException {
    long now = System.currentTimeMillis();
    List<Map<String, Object>> values =
        metrics.entrySet().stream()
            .map(
                metric ->
                    Map.<String, Object>of(
                        "key",
                        metric.getKey(),
                        "value",
                        metric.getValue(),
                        "timestamp",
                        now,
                        "step",
                        0))
            .toList();
    post(
        "runs/log-batch",
        Map.of("run_id", run.id(), "metrics", values, "params", pairs(parameters)));
  }

  /**
   * Uploads a file of a run.
   *
   * @return false if the server takes none: it has no artifact proxy
   */
  boolean upload(CreatedRun run, String name, byte[] file) throws IOException {
    if (!run.artifacts().startsWith(PROXIED)) {
      return false;
    }
    // mlflow-artifacts:/1/ID/artifacts, or mlflow-artifacts://HOST/1/ID/artifacts
    String path = URI.create(run.artifacts()).getRawPath().replaceFirst("^/+", "");
    answer(
        send(
            request(ARTIFACTS + path + "/" + encoded(name)).PUT(BodyPublishers.ofByteArray(file))));
    return true;
  }

  void finish(CreatedRun run) throws IOException {
    post(
        "runs/update",
        Map.of("run_id", run.id(), "status", "FINISHED", "end_time", System.currentTimeMillis()));
  }

  private static List<Map<String, String>> pairs(Map<String, String> values) {
    return values.entrySet().stream()
        .map(one -> Map.of("key", one.getKey(), "value", one.getValue()))
        .toList();
  }

  private JsonNode post(String call, Map<String, Object> body) throws IOException {
    return answer(
        send(
            request(API + call)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(patience);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static JsonNode answer(HttpResponse<String> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      String body = response.body().strip().replaceAll("\\s+", " ");
      throw new IOException(
          Text.format(
              "%s answers %d: %s",
              response.uri().getPath(),
              response.statusCode(),
              body.substring(0, Math.min(body.length(), LONGEST_REASON))));
    }
    return JSON.readTree(response.body());
  }

  private static String text(JsonNode answer, String pointer) throws IOException {
    JsonNode found = answer.at(pointer);
    if (!found.isTextual()) {
      throw new IOException("its answer has no " + pointer + "; is it an MLflow server?");
    }
    return found.asText();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return base;
  }
}
