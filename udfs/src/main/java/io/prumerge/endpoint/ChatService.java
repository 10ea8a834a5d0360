package io.prumerge.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import io.prumerge.location.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model behind an OpenAI-compatible {@code chat/completions} service. Redirects are never
 * followed, so the key and the contents go to the named host only. Thread-safe.
 */
public final class ChatService {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNPROCESSABLE = 422;
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
    return reply(request, false);
  }

  /**
   * Asks as {@link #reply} does, but for a stream, and finds out how the service takes such
   * requests: those that are made afterwards are of the form that it takes.
   *
   * @throws ChatException if there is no usable answer
   * @throws InterruptedException if the thread is interrupted; the request is then given up
   */
  public ChatReply replyInStream(ChatRequest request) throws ChatException, InterruptedException {
    return reply(request, true);
  }

  private ChatReply reply(ChatRequest request, boolean streamed)
      throws ChatException, InterruptedException {
    Tries tries = new Tries(patience);
    try {
      return reply(request, streamed, tries);
    } catch (ChatException e) {
      throw e.after(tries.sent());
    }
  }

  private ChatReply reply(ChatRequest request, boolean streamed, Tries tries)
      throws ChatException, InterruptedException {
    while (true) {
      long sent = System.nanoTime();
      try {
        ChatBody body = dialect.body(request, streamed);
        StreamReceipt receipt = new StreamReceipt(this::shown);
        tries.send();
        HttpResponse<byte[]> response =
            answered(post(body), streamed ? receipt.handler() : BoundedBody.handler());
        if (response.statusCode() == OK) {
          return reply(receipt, response, millis(sent, System.nanoTime()), tries.sent());
        }
        if (mayTeach(response.statusCode(), body) && dialect.learns(body, response.body())) {
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
      } catch (IOException e) {
        tries.again(ChatFailure.of(e), problem(e), Optional.empty());
      }
    }
  }

  /** Services that know no such field as a stream's options say so by either status. */
  private static boolean mayTeach(int status, ChatBody body) {
    return status == BAD_REQUEST || (status == UNPROCESSABLE && body.usage());
  }

  private ChatReply reply(
      StreamReceipt receipt, HttpResponse<byte[]> response, double millis, int tries)
      throws ChatException {
    if (receipt.isStreamed()) {
      return receipt.reply(millis, tries);
    }
    try {
      return ChatReply.of(response.body(), millis, tries);
    } catch (ChatException e) {
      throw new ChatException(e.kind(), e.getMessage() + ": " + shown(response.body()));
    }
  }

  private static double millis(long from, long to) {
    return (to - from) / 1e6;
  }

  /** Makes the body of a request for a stream. */
  ChatBody streamed(ChatRequest request) {
    try {
      return dialect.body(request, true);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Texts and numbers that are no JSON", e);
    }
  }

  /**
   * Sends a request for a stream, once: whatever goes wrong is its error. No thread waits for it.
   *
   * @param body of {@link #streamed}
   * @return what comes of it; it never fails. Cancelling it, or a future that is derived from it,
   *     gives the request up and closes its connection
   */
  CompletableFuture<StreamedReply> stream(ChatBody body) {
    StreamReceipt receipt = new StreamReceipt(this::shown);
    HttpRequest post = post(body);
    long sent = System.nanoTime();
    CompletableFuture<HttpResponse<byte[]>> answer = HTTP.sendAsync(post, receipt.handler());
    CompletableFuture<StreamedReply> reply =
        answer
            .copy() // the client's own future must not end before it is cancelled
            .orTimeout(patience.answer().toMillis(), TimeUnit.MILLISECONDS)
            .handle((response, failure) -> streamed(receipt, sent, response, failure));
    reply.whenComplete((given, failure) -> answer.cancel(true)); // nothing if it is there
    return reply;
  }

  private StreamedReply streamed(
      StreamReceipt receipt, long sent, HttpResponse<byte[]> response, Throwable failure) {
    long end = receipt.end().orElseGet(System::nanoTime);
    try {
      ChatReply reply = once(receipt, millis(sent, end), response, failure);
      return new StreamedReply(Optional.of(reply), Optional.empty(), sent, receipt.chunks(), end);
    } catch (ChatException e) {
      return new StreamedReply(Optional.empty(), Optional.of(e), sent, receipt.chunks(), end);
    }
  }

  private ChatReply once(
      StreamReceipt receipt, double millis, HttpResponse<byte[]> response, Throwable failure)
      throws ChatException {
    if (!receipt.isDone()) { // else it's whole, whatever comes afterwards
      if (failure != null) {
        throw failed(failure instanceof CompletionException e ? e.getCause() : failure);
      }
      if (response.statusCode() != OK) {
        throw failed(ChatFailure.of(response), problem(response));
      }
    }
    try {
      return reply(receipt, response, millis, 1);
    } catch (ChatException e) {
      throw failed(e);
    }
  }

  /** Returns the error of a request that is not sent again. */
  private ChatException failed(Throwable failure) {
    if (failure instanceof ChatException e) {
      return e.kind() == ChatErrorKind.BROKEN_ANSWER
          ? failed(ChatFailure.BROKEN, e.getMessage())
          : e;
    }
    if (failure instanceof TimeoutException) {
      return failed(ChatFailure.PASSING, silence());
    }
    return failed(ChatFailure.of(failure), problem(failure));
  }

  private static String problem(Throwable failure) {
    return CauseText.of(failure) + ChatFailure.remedy(failure);
  }

  private static ChatException failed(ChatFailure failure, String problem) {
    return failure
        .refusal(problem)
        .orElseGet(() -> new ChatException(failure.kindInTheEnd(), "failed with: " + problem));
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
  private HttpResponse<byte[]> answered(HttpRequest post, BodyHandler<byte[]> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = HTTP.sendAsync(post, handler);
    try {
      return answer.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(silence(), e);
    } finally {
      answer.cancel(true); // does nothing to an answer that is there
    }
  }

  private String silence() {
    return "no answer within " + patience.answer().toSeconds() + " s";
  }

  private String problem(HttpResponse<byte[]> response) {
    String where =
        response
            .headers()
            .firstValue("Location")
            .map(
                location ->
                    Text.format(
                        ", sent on to %s, which is not followed",
                        Location.shown(shown(location.getBytes(StandardCharsets.UTF_8)))))
            .orElse("");
    return Text.format(
        "status %d%s: %s%s",
        response.statusCode(), where, shown(response.body()), remedy(response.statusCode()));
  }

  /** Returns what to do about a refusal of every request. */
  private String remedy(int status) {
    return switch (status) {
      case 401, 403 ->
          Text.format(
              "; %s %s",
              ApiKey.VARIABLE,
              key.isPresent() ? "is set: is it this service's key?" : "is not set");
      case 404 -> "; check the model's name and the address, which mostly ends in /v1";
      default -> "";
    };
  }

  /** Returns the beginning of a foreign text on one line, without our key. */
  private String shown(byte[] body) {
    return shown(new String(body, StandardCharsets.UTF_8));
  }

  private String shown(String foreign) {
    String whole = foreign.strip();
    String text =
        key.map(secret -> secret.hiddenIn(whole)).orElse(whole).replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= MESSAGE_LENGTH ? text : text.substring(0, MESSAGE_LENGTH) + "...";
  }
}
