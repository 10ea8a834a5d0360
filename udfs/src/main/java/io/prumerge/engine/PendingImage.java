package io.prumerge.engine;

import io.prumerge.model.ImageInput;
import io.prumerge.model.VisionTower;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request on its way to the device, and who waits for its answers. */
final class PendingImage {

  private final ImageRequest request;
  private final List<TokenReducer> reducers;
  private final CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
  private final Runnable released;
  private final AtomicBoolean ended = new AtomicBoolean();
  private ImageInput input;
  private double preprocessMillis;

  /**
   * @param released is run before the answers are there, when the model is done with the request
   */
  PendingImage(ImageRequest request, Runnable released) {
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

  /** Returns the depth that the methods need of the tower. */
  VisionTower.Depth depth() {
    return VisionTower.Depth.of(reducers);
  }

  /** The answers. The engine completes them once; the caller may cancel them. */
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

  /** Whether the caller has not cancelled the request. */
  boolean wanted() {
    return !answers.isCancelled();
  }

  void prepared(ImageInput pixels, double millis) {
    input = pixels;
    preprocessMillis = millis;
  }

  /** Whether there are pixels for the tower. */
  boolean visual() {
    return input != null;
  }

  ImageInput input() {
    return input;
  }

  double preprocessMillis() {
    return preprocessMillis;
  }
}
