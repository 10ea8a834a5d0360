package io.prumerge.engine;

import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A request on its way to the device, and who waits for its answers. */
final class PendingRequest {

  private final ImageRequest request;
  private final CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
  private final Runnable released;
  private final Executor settling;
  private final AtomicBoolean ended = new AtomicBoolean();
  private RequestAnswers collected;
  private PreparedImages prepared;
  private int weight;

  /**
   * @param weight the images that it is expected to count as in a batch of the tower, until its
   *     pixels tell
   * @param released is run before the answers are there, when the model is done with the request
   * @param settling runs what is left to do when the device has made all answers
   */
  PendingRequest(ImageRequest request, int weight, Runnable released, Executor settling) {
    this.request = request;
    this.weight = weight;
    this.released = released;
    this.settling = settling;
  }

  ImageRequest request() {
    return request;
  }

  List<TokenReducer> reducers() {
    return request.reducers();
  }

  /** Returns the answers. The engine completes them once; the caller may cancel them. */
  CompletableFuture<List<Answer>> answers() {
    return answers;
  }

  /** Ends the request with its answers, unless it has ended. */
  void answer(List<Answer> all) {
    if (ended.compareAndSet(false, true)) {
      released.run();
      answers.complete(all);
    }
  }

  /**
   * Ends the request, unless it has ended, with answers that are made on another thread, while the
   * device goes on.
   *
   * @param last makes their costs and texts, where somebody waits for them; what it throws fails
   *     the request
   */
  void settle(Supplier<List<Answer>> last) {
    try {
      settling.execute(
          () -> {
            try {
              answer(isOpen() ? last.get() : List.of());
            } catch (RuntimeException | Error e) {
              fail(e);
            }
          });
    } catch (RuntimeException | Error e) { // no more threads
      fail(e);
    }
  }

  /** Ends the request without answers, unless it has ended. */
  void fail(Throwable why) {
    if (ended.compareAndSet(false, true)) {
      released.run();
      answers.completeExceptionally(why);
    }
  }

  /**
   * Returns whether the request is open: the caller has not cancelled it, and nothing has ended it.
   */
  boolean isOpen() {
    return !answers.isDone();
  }

  /** Takes the answers to fill of a request without an image, once its prompts are encoded. */
  void prepared(RequestAnswers begun) {
    collected = begun;
  }

  /**
   * Takes the answers to fill, and the image's pixels.
   *
   * @param counts the images that it counts as in a batch of the tower
   */
  void prepared(RequestAnswers begun, PreparedImages images, int counts) {
    collected = begun;
    prepared = images;
    weight = counts;
  }

  /** Returns the number of images that the request counts as in a batch of the tower. */
  int weight() {
    return weight;
  }

  /** Returns the answers that have come in so far. */
  RequestAnswers collected() {
    return collected;
  }

  /** Returns how deep the tower has to run; empty without pixels or without a question to ask. */
  Optional<TowerDepth> depth() {
    return prepared == null || collected.encodedQuestions().isEmpty()
        ? Optional.empty()
        : Optional.of(TowerDepth.of(request.reducers()));
  }

  PreparedImages prepared() {
    return prepared;
  }

  /** Forgets the pixels. */
  void encoded() {
    prepared = null;
  }
}
