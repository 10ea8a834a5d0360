package io.prumerge.endpoint;

import io.prumerge.lang.Text;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * A response's body in memory. A body that is too large, or a stream of events that was not asked
 * for, which may never end, is refused at once.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

  /** Far more than any answer; services count tokens in thousands. */
  static final int MOST_BYTES = 1 << 20;

  private final Optional<ChatException> refusal;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Subscription subscription;

  private BoundedBody(Optional<ChatException> refusal) {
    this.refusal = refusal;
  }

  /** Returns what makes bodies of responses to requests that ask for no stream. */
  static BodyHandler<byte[]> handler() {
    return response ->
        new BoundedBody(
            Optional.of(response.headers())
                .filter(EventBody::isIn)
                .map(
                    streams ->
                        new ChatException(
                            ChatErrorKind.UNUSABLE_ANSWER,
                            "answers in streams (text/event-stream), which no request asks for")));
  }

  /** Makes a body of whatever comes. */
  static BoundedBody ofAnyType() {
    return new BoundedBody(Optional.empty());
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
                Text.format("gave an answer of more than %,d bytes", MOST_BYTES)));
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
