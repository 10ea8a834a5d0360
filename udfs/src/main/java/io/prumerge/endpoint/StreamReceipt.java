package io.prumerge.endpoint;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * What has come of one streamed request so far, and when: times are taken by the thread that
 * receives the bytes. A service that does not stream gives no chunks. Thread-safe.
 */
final class StreamReceipt {

  private static final int OK = 200;

  private final UnaryOperator<String> shown;
  private final ChatChunks answer = new ChatChunks();
  private final List<StreamedChunk> chunks = new ArrayList<>();
  private OptionalLong end = OptionalLong.empty();
  private boolean streamed;

  /**
   * @param shown makes a foreign text fit for a message
   */
  StreamReceipt(UnaryOperator<String> shown) {
    this.shown = shown;
  }

  /** Returns what receives the response: a body that is no stream as its bytes. */
  BodyHandler<byte[]> handler() {
    return response -> BodySubscribers.mapping(subscriber(response), this::ended);
  }

  private synchronized BodySubscriber<byte[]> subscriber(ResponseInfo response) {
    streamed = response.statusCode() == OK && EventBody.isIn(response.headers());
    return streamed ? new EventBody(this::take) : BoundedBody.ofAnyType();
  }

  private synchronized void take(String data) throws ChatException {
    long now = System.nanoTime();
    try {
      answer.add(data).ifPresent(content -> chunks.add(new StreamedChunk(now, content)));
    } catch (ChatException e) {
      throw new ChatException(e.kind(), e.getMessage() + ": " + shown.apply(data));
    }
    if (answer.isDone() && end.isEmpty()) {
      end = OptionalLong.of(now);
    }
  }

  private synchronized byte[] ended(byte[] body) {
    if (end.isEmpty()) {
      end = OptionalLong.of(System.nanoTime());
    }
    return body;
  }

  /** Returns whether the response is a stream. */
  synchronized boolean isStreamed() {
    return streamed;
  }

  /** Returns whether the service has said that nothing comes any more. */
  synchronized boolean isDone() {
    return answer.isDone();
  }

  /**
   * Returns the whole answer of a stream that has ended.
   *
   * @throws ChatException if there is none
   */
  synchronized ChatReply reply(double millis, int tries) throws ChatException {
    return answer.reply(millis, tries);
  }

  /** Returns the chunks that came so far. */
  synchronized List<StreamedChunk> chunks() {
    return List.copyOf(chunks);
  }

  /** Returns the time in nanoseconds when the response was whole; empty if it is not. */
  synchronized OptionalLong end() {
    return end;
  }
}
