package io.prumerge.engine;

import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request on its way to the device, and who waits for its answers. */
final class PendingRequest {

  private final ImageRequest request;
  private final List<TokenReducer> reducers;
  private final CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
  private final Runnable released;
  private final AtomicBoolean ended = new AtomicBoolean();
  private RequestAnswers collected;
  private PreparedImages prepared;

  /**
   * @param released is run before the answers are there, when the model is done with the request
   */
  PendingRequest(ImageRequest request, Runnable released) {
    this.request = request;
    this.released = released;
    // Here, in the thread that asks: those of the engine need not see the jars that methods come
    // in.
    this.reducers = request.methods().stream().map(TokenReducers::of).toList();
  }

  ImageRequest request() {
    return request;
  }

  List<TokenReducer> reducers() {
    return reducers;
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
  boolean wanted() {
    return !answers.isDone();
  }

  /** Takes what is made before the device works on it; pixels where there is an image. */
  void prepared(RequestAnswers begun, Optional<PreparedImages> images) {
    collected = begun;
    prepared = images.orElse(null);
  }

  /** Returns the answers while they come in. */
  RequestAnswers collected() {
    return collected;
  }

  /** Returns what the tower has to run for; none without pixels or without a question to ask. */
  Optional<VisionTower.Depth> depth() {
    return prepared == null || collected.asked().isEmpty()
        ? Optional.empty()
        : Optional.of(VisionTower.Depth.of(reducers));
  }

  PreparedImages prepared() {
    return prepared;
  }

  /** Forgets the pixels. */
  void encoded() {
    prepared = null;
  }
}
