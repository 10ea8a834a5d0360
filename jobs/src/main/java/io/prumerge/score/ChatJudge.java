package io.prumerge.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Judge;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
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
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model behind an OpenAI-compatible {@code chat/completions} service. Redirects are never
 * followed, so the key and the answers go to the named host only.
 */
final class ChatJudge implements Judge {

  private static final String PATH = "/chat/completions";
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_TRIES = 6;
  private static final int MESSAGE_LENGTH = 300;

  /** Too many requests, and errors of the server. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** Wrong key, no permission, wrong address. */
  private static final Set<Integer> HOPELESS = Set.of(401, 403, 404, 405);

  private static final int BAD_REQUEST = 400;

  /** Longest accepted wait in {@code Retry-After}. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(Redirect.NEVER).build();
  private final URI url;
  private final ChatDialect dialect;
  private final Optional<String> key;
  private final Duration firstPause;

  /**
   * @param url that was {@link #checked}
   * @param key bearer token; empty = no token
   */
  ChatJudge(URI url, String model, Optional<String> key) {
    this(url, model, key, FIRST_PAUSE);
  }

  /**
   * @param firstPause before a request is repeated, on average; every further one is twice as long
   */
  ChatJudge(URI url, String model, Optional<String> key, Duration firstPause) {
    this.url = url;
    this.dialect = new ChatDialect(model);
    this.key = key.filter(text -> !text.isBlank());
    this.firstPause = firstPause;
    if (this.key.isPresent() && url.getScheme().equals("http") && !isThisMachine(url)) {
      throw new UsageException(
          Wording.of(
              "%s %s: OPENAI_API_KEY would be sent without encryption; use https, or unset it",
              Setting.JUDGE, url));
    }
  }

  private static boolean isThisMachine(URI url) {
    try {
      return InetAddress.getByName(url.getHost()).isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the address of the service's chat. */
  static URI checked(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          Wording.of("%s %s is no URL: %s", Setting.JUDGE, text, e.getMessage()), e);
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null || url.getUserInfo() != null) {
      throw new UsageException(
          Wording.of(
              "%s %s must be an address like https://HOST/v1, without a name or password",
              Setting.JUDGE, text));
    }
    String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return base.endsWith(PATH) ? URI.create(base) : URI.create(base + PATH);
  }

  @Override
  public String reply(Request request) throws IOException {
    Duration pause = firstPause;
    int tries = 0;
    while (true) {
      ChatDialect.Body body = dialect.body(request);
      String problem;
      Duration wait = jittered(pause);
      try {
        HttpResponse<byte[]> response = answered(post(body));
        int status = response.statusCode();
        if (status == 200) {
          return content(response.body());
        }
        if (status == BAD_REQUEST && dialect.learns(body, response.body())) {
          continue;
        }
        problem = problem(response);
        if (!PASSING.contains(status)) {
          throw refused(status, problem);
        }
        Duration asked = RetryAfter.of(response.headers(), Instant.now()).orElse(Duration.ZERO);
        if (asked.compareTo(LONGEST_WAIT) > 0) {
          throw new Failure(
              String.format(
                  Locale.ROOT,
                  "The judge at %s accepts the next request in %d s only; run the same command again later: %s",
                  url,
                  asked.toSeconds(),
                  problem));
        }
        wait = asked.compareTo(wait) > 0 ? asked : wait;
      } catch (JudgeRefusal e) {
        throw e;
      } catch (IOException e) {
        problem = e.toString();
      }
      tries++;
      if (tries == MOST_TRIES) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "The judge at %s failed %d times, the last time with: %s",
                url,
                tries,
                problem));
      }
      rest(wait);
      pause = pause.multipliedBy(2);
    }
  }

  /** Spreads the retries of requests that were refused at the same time. */
  private static Duration jittered(Duration pause) {
    return Duration.ofNanos(
        (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
  }

  /** With a wrong address or key, all other requests fail too. */
  private JudgeRefusal refused(int status, String problem) {
    String message = String.format(Locale.ROOT, "The judge at %s refused: %s", url, problem);
    if (status < BAD_REQUEST || HOPELESS.contains(status)) {
      throw new Failure(message);
    }
    return new JudgeRefusal(message);
  }

  private HttpRequest post(ChatDialect.Body body) {
    HttpRequest.Builder post =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()));
    key.ifPresent(text -> post.header("Authorization", "Bearer " + text));
    return post.build();
  }

  /** The client's time limit covers the response's header only; this one covers the body too. */
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

  private static String content(byte[] body) throws JudgeRefusal {
    JsonNode content;
    try {
      content = MAPPER.readTree(body).path("choices").path(0).path("message").path("content");
    } catch (IOException e) {
      throw new JudgeRefusal("The judge's answer is no JSON: " + shortened(body));
    }
    if (!content.isTextual()) {
      throw new JudgeRefusal(
          "The judge's answer has no text in choices[0].message.content: " + shortened(body));
    }
    return content.textValue();
  }

  private static String problem(HttpResponse<byte[]> response) {
    String where =
        response
            .headers()
            .firstValue("Location")
            .map(
                location ->
                    String.format(Locale.ROOT, ", sent on to %s, which is not followed", location))
            .orElse("");
    return String.format(
        Locale.ROOT, "status %d%s: %s", response.statusCode(), where, shortened(response.body()));
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
