package io.prumerge.endpoint;

import io.prumerge.location.Location;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model behind an OpenAI-compatible {@code chat/completions} service. Redirects are never
 * followed, so the key and the contents go to the named host only. Thread-safe.
 */
public final class ChatService {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int BAD_REQUEST = 400;
  private static final int MESSAGE_LENGTH = 300;

  // Without HTTP/2, whose upgrade some servers refuse. Its threads end with the process.
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final ChatAddress address;
  private final ChatDialect dialect;
  private final Optional<ApiKey> key;
  private final Patience patience;

  /**
   * @param model the model's name at the service
   * @param thoughts tokens that a newer model may think before it answers, beside those asked for
   * @param key bearer token; empty: none
   * @throws IllegalArgumentException with a predicate, if the key would be sent without encryption
   */
  public ChatService(
      ChatAddress address, String model, int thoughts, Optional<ApiKey> key, Patience patience) {
    address.requireSafe(key);
    this.address = address;
    this.dialect = new ChatDialect(model, thoughts);
    this.key = key;
    this.patience = patience;
  }

  /**
   * Asks, and asks again what failed for a passing reason.
   *
   * @throws ChatException if there is no usable answer
   * @throws InterruptedException if the thread is interrupted; the request is then given up
   */
  public ChatReply reply(ChatRequest request) throws ChatException, InterruptedException {
    Tries tries = new Tries(patience);
    while (true) {
      long sent = System.nanoTime();
      try {
        ChatDialect.Body body = dialect.body(request);
        HttpResponse<byte[]> response = answered(post(body));
        if (response.statusCode() == 200) {
          return reply(response.body(), sent);
        }
        if (response.statusCode() == BAD_REQUEST && dialect.learns(body, response.body())) {
          continue;
        }
        tries.again(
            ChatFailure.of(response),
            problem(response),
            RetryAfter.of(response.headers(), Instant.now()));
      } catch (ChatException e) {
        throw e;
      } catch (ConnectException | HttpConnectTimeoutException e) {
        tries.again(ChatFailure.UNREACHABLE, e.toString(), Optional.empty());
      } catch (IOException e) {
        tries.again(ChatFailure.PASSING, e.toString(), Optional.empty());
      }
    }
  }

  private ChatReply reply(byte[] body, long sent) throws ChatException {
    try {
      return ChatReply.of(body, (System.nanoTime() - sent) / 1e6);
    } catch (ChatException e) {
      throw new ChatException(e.kind(), e.getMessage() + ": " + shown(body));
    }
  }

  private HttpRequest post(ChatDialect.Body body) {
    HttpRequest.Builder post =
        HttpRequest.newBuilder(address.chat())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()));
    key.ifPresent(bearer -> post.header("Authorization", bearer.header()));
    return post.build();
  }

  /** The client's time limit covers the response's header only; this one covers the body too. */
  private HttpResponse<byte[]> answered(HttpRequest post) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = HTTP.sendAsync(post, BoundedBody.handler());
    try {
      return answer.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + patience.answer().toSeconds() + " s", e);
    } finally {
      answer.cancel(true); // does nothing to an answer that is there
    }
  }

  private String problem(HttpResponse<byte[]> response) {
    String where =
        response
            .headers()
            .firstValue("Location")
            .map(
                location ->
                    String.format(
                        Locale.ROOT,
                        ", sent on to %s, which is not followed",
                        Location.shown(shown(location.getBytes(StandardCharsets.UTF_8)))))
            .orElse("");
    return String.format(
        Locale.ROOT, "status %d%s: %s", response.statusCode(), where, shown(response.body()));
  }

  /** Returns the beginning of a foreign text on one line, without our key. */
  private String shown(byte[] body) {
    String whole = new String(body, StandardCharsets.UTF_8).strip();
    String text =
        key.map(secret -> secret.hiddenIn(whole)).orElse(whole).replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= MESSAGE_LENGTH ? text : text.substring(0, MESSAGE_LENGTH) + "...";
  }
}
