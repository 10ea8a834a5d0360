package io.prumerge.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Judge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model behind an OpenAI-compatible {@code chat/completions} service. Redirects are never
 * followed, so that the key and the answers go to the host that was named and to no other.
 */
final class ChatJudge implements Judge {

  private static final String PATH = "/chat/completions";
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_TRIES = 6;
  private static final int MESSAGE_LENGTH = 300;

  /** Too many requests, and what servers say when they are not well. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** As it stands in a request. */
  private record Message(String role, String content) {}

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(Redirect.NEVER).build();
  private final URI url;
  private final String model;
  private final Optional<String> key;
  private final Duration firstPause;

  /**
   * @param url that was {@link #checked}
   * @param key sent as bearer token; without one nothing is
   */
  ChatJudge(URI url, String model, Optional<String> key) {
    this(url, model, key, FIRST_PAUSE);
  }

  /**
   * @param firstPause before a request is repeated; every further one is twice as long
   */
  ChatJudge(URI url, String model, Optional<String> key, Duration firstPause) {
    this.url = url;
    this.model = model;
    this.key = key.filter(text -> !text.isBlank());
    this.firstPause = firstPause;
    if (this.key.isPresent() && url.getScheme().equals("http") && !isThisMachine(url)) {
      throw new UsageException(
          "--judge %s: OPENAI_API_KEY would be sent readable for everybody on the way; use https, or unset it"
              .formatted(url));
    }
  }

  private static boolean isThisMachine(URI url) {
    try {
      return InetAddress.getByName(url.getHost()).isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  /** The address of the service's chat, from what {@code --judge} says. */
  static URI checked(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--judge %s is no URL: %s".formatted(text, e.getMessage()), e);
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null || url.getUserInfo() != null) {
      throw new UsageException(
          "--judge %s must be an address like https://HOST/v1, without a name or password"
              .formatted(text));
    }
    String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return base.endsWith(PATH) ? URI.create(base) : URI.create(base + PATH);
  }

  @Override
  public String reply(Request request) throws IOException {
    HttpRequest post = post(request);
    Duration pause = firstPause;
    for (int tries = 1; ; tries++) {
      String problem;
      try {
        HttpResponse<byte[]> response = answered(post);
        if (response.statusCode() == 200) {
          return content(response.body());
        }
        problem = problem(response);
        if (!PASSING.contains(response.statusCode())) {
          throw new Failure("The judge at %s refused: %s".formatted(url, problem));
        }
      } catch (IOException e) {
        problem = e.toString();
      }
      if (tries == MOST_TRIES) {
        throw new IOException(
            "The judge at %s did not answer %d times, last: %s".formatted(url, tries, problem));
      }
      rest(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private HttpRequest post(Request request) throws JsonProcessingException {
    List<Message> messages = new ArrayList<>();
    if (!request.system().isEmpty()) {
      messages.add(new Message("system", request.system()));
    }
    messages.add(new Message("user", request.user()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", messages);
    body.put("temperature", request.temperature());
    body.put("max_tokens", request.maxTokens());
    HttpRequest.Builder post =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)));
    key.ifPresent(text -> post.header("Authorization", "Bearer " + text));
    return post.build();
  }

  /** The client's own time limit ends with the response's head; this one is for its body too. */
  private HttpResponse<byte[]> answered(HttpRequest post) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(post, BodyHandlers.ofByteArray());
    try {
      return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException
          ? (IOException) e.getCause()
          : new IOException(e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + ANSWER.toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted();
    }
  }

  private static String content(byte[] body) {
    JsonNode content;
    try {
      content = MAPPER.readTree(body).path("choices").path(0).path("message").path("content");
    } catch (IOException e) {
      throw new Failure("The judge's answer is no JSON: " + shortened(body));
    }
    if (!content.isTextual()) {
      throw new Failure(
          "The judge's answer has no text in choices[0].message.content: " + shortened(body));
    }
    return content.textValue();
  }

  private static String problem(HttpResponse<byte[]> response) {
    String where =
        response
            .headers()
            .firstValue("Location")
            .map(location -> ", sent on to %s, which is not followed".formatted(location))
            .orElse("");
    return "status %d%s: %s".formatted(response.statusCode(), where, shortened(response.body()));
  }

  private static String shortened(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return text.length() <= MESSAGE_LENGTH ? text : text.substring(0, MESSAGE_LENGTH) + "...";
  }

  private static void rest(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static Failure interrupted() {
    Thread.currentThread().interrupt();
    return new Failure("Interrupted while the judge was asked");
  }
}
