package io.prumerge.endpoint;

import io.prumerge.location.CauseText;
import io.prumerge.location.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.ThreadLocalRandom;
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
   * @param thoughts tokens that a newer model may think before it answers, in addition to those
   *     asked for
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
    try {
      return reply(request, tries);
    } catch (ChatException e) {
      throw e.after(tries.sent());
    }
  }

  private ChatReply reply(ChatRequest request, Tries tries)
      throws ChatException, InterruptedException {
    while (true) {
      long sent = System.nanoTime();
      try {
        ChatBody body = dialect.body(request);
        tries.send();
        HttpResponse<byte[]> response = answered(post(body));
        if (response.statusCode() == 200) {
          return reply(response.body(), sent, tries.sent());
        }
        if (response.statusCode() == BAD_REQUEST && dialect.learns(body, response.body())) {
          continue;
        }
        tries.again(
            ChatFailure.of(response),
            problem(response),
            RetryAfter.of(response.headers(), Instant.now()));
      } catch (ChatException e) {
        if (e.kind() != ChatErrorKind.BROKEN_ANSWER) {
          throw e;
        }
        tries.again(ChatFailure.BROKEN, e.getMessage(), Optional.empty());
      } catch (ConnectException | HttpConnectTimeoutException e) {
        tries.again(ChatFailure.UNREACHABLE, CauseText.of(e), Optional.empty());
      } catch (IOException e) {
        tries.again(ChatFailure.PASSING, CauseText.of(e), Optional.empty());
      }
    }
  }

  private ChatReply reply(byte[] body, long sent, int tries) throws ChatException {
    try {
      return ChatReply.of(body, (System.nanoTime() - sent) / 1e6, tries);
    } catch (ChatException e) {
      throw new ChatException(e.kind(), e.getMessage() + ": " + shown(body));
    }
  }

  private HttpRequest post(ChatBody body) {
    HttpRequest.Builder post =
        HttpRequest.newBuilder(address.chat())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()));
    key.ifPresent(bearer -> post.header("Authorization", bearer.header()));
    return post.build();
  }

  /**
   * Returns the response. The client's own time limit covers its header only; this one covers the
   * body too.
   */
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
        Locale.ROOT,
        "status %d%s: %s%s",
        response.statusCode(),
        where,
        shown(response.body()),
        remedy(response.statusCode()));
  }

  /** Returns what to do about a refusal of every request. */
  private String remedy(int status) {
    return switch (status) {
      case 401, 403 ->
          String.format(
              Locale.ROOT,
              "; %s %s",
              ApiKey.VARIABLE,
              key.isPresent() ? "is set: is it this service's key?" : "is not set");
      case 404 -> "; check the model's name and the address, which mostly ends in /v1";
      default -> "";
    };
  }

  /** Returns the beginning of a foreign text on one line, without our key. */
  private String shown(byte[] body) {
    String whole = new String(body, StandardCharsets.UTF_8).strip();
    String text =
        key.map(secret -> secret.hiddenIn(whole)).orElse(whole).replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= MESSAGE_LENGTH ? text : text.substring(0, MESSAGE_LENGTH) + "...";
  }

  /** Reads the header {@code Retry-After}: seconds, or a date. */
  private static final class RetryAfter {

    private RetryAfter() {}

    /** Returns the time to wait from {@code now}; empty if the header cannot be read. */
    static Optional<Duration> of(HttpHeaders headers, Instant now) {
      return headers.firstValue("Retry-After").map(String::strip).flatMap(text -> read(text, now));
    }

    private static Optional<Duration> read(String text, Instant now) {
      if (text.matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      try {
        Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Optional.of(date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO);
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
  }

  /** The tries of one request. Not thread-safe. */
  private static final class Tries {

    private final Patience patience;
    private final long start = System.nanoTime();
    private Duration pause;
    private int sent;
    private int failed;
    private int faults;

    Tries(Patience patience) {
      this.patience = patience;
      this.pause = patience.firstPause();
    }

    /** Counts a try, whatever comes of it. */
    void send() {
      sent++;
    }

    int sent() {
      return sent;
    }

    /**
     * Counts a failed try and waits before the next one.
     *
     * @param asked how long the service wants to be left alone
     * @throws ChatException if there is no next one
     */
    void again(ChatFailure failure, String problem, Optional<Duration> asked)
        throws ChatException, InterruptedException {
      Optional<ChatException> refusal = failure.refusal(problem);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      failed++;
      faults += failure == ChatFailure.FAULT || failure == ChatFailure.BROKEN ? 1 : 0;
      Duration wait = longer(jittered(pause), asked.orElse(Duration.ZERO));
      if (asked.isPresent() && asked.get().compareTo(Patience.LONGEST_WAIT) > 0) {
        throw new ChatException(
            ChatErrorKind.SERVICE_REFUSED,
            String.format(
                Locale.ROOT,
                "accepts the next request in %d s only; run the same command again later: %s",
                asked.get().toSeconds(),
                problem));
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (failed >= patience.tries()
          || faults >= patience.faults()
          || elapsed.plus(wait).compareTo(patience.total()) > 0) {
        throw new ChatException(
            failure.kindInTheEnd(),
            String.format(Locale.ROOT, "failed %d times, the last time with: %s", failed, problem));
      }
      Thread.sleep(wait.toMillis());
      pause = pause.multipliedBy(2);
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }

    /** Spreads the retries of requests that were refused at the same time. */
    private static Duration jittered(Duration pause) {
      return Duration.ofNanos(
          (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
    }
  }

  /**
   * A response's body in memory. A body that is too large, or a stream of events, which may never
   * end, is refused at once.
   */
  static final class BoundedBody implements BodySubscriber<byte[]> {

    /** Far more than any answer; services count tokens in thousands. */
    static final int MOST_BYTES = 1 << 20;

    private static final String STREAM = "text/event-stream";

    private final Optional<ChatException> refusal;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Subscription subscription;

    private BoundedBody(Optional<ChatException> refusal) {
      this.refusal = refusal;
    }

    /** Returns what makes bodies of responses. */
    static BodyHandler<byte[]> handler() {
      return response ->
          new BoundedBody(
              response
                  .headers()
                  .firstValue("Content-Type")
                  .filter(type -> type.toLowerCase(Locale.ROOT).startsWith(STREAM))
                  .map(
                      type ->
                          new ChatException(
                              ChatErrorKind.UNUSABLE_ANSWER,
                              "answers in streams (text/event-stream), which no request asks for")));
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Subscription offered) {
      subscription = offered;
      if (refusal.isPresent()) {
        refuse(refusal.get());
      } else {
        subscription.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (body.isDone()) {
          return; // refused; a few more buffers may be on their way
        }
        if (buffer.remaining() > MOST_BYTES - bytes.size()) {
          refuse(
              new ChatException(
                  ChatErrorKind.UNUSABLE_ANSWER,
                  String.format(Locale.ROOT, "gave an answer of more than %,d bytes", MOST_BYTES)));
          return;
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.writeBytes(part);
      }
    }

    private void refuse(ChatException why) {
      body.completeExceptionally(why);
      subscription.cancel();
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
