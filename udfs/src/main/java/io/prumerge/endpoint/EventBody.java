package io.prumerge.endpoint;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** A response's body that is a stream of events, which are taken as they come; none is kept. */
final class EventBody implements BodySubscriber<byte[]> {

  private static final String TYPE = "text/event-stream";

  private final EventParser parser;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Subscription subscription;

  EventBody(EventParser.Events events) {
    this.parser = new EventParser(events);
  }

  /** Returns whether a response with this header has such a body. */
  static boolean isIn(HttpHeaders headers) {
    return headers
        .firstValue("Content-Type")
        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith(TYPE))
        .isPresent();
  }

  /** Returns no bytes once the stream has ended. */
  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription offered) {
    subscription = offered;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (body.isDone()) {
      return; // refused; a few more buffers may be on their way
    }
    try {
      for (ByteBuffer buffer : buffers) {
        parser.read(buffer);
      }
    } catch (ChatException e) {
      body.completeExceptionally(e);
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(new byte[0]);
  }
}
