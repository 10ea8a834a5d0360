package io.prumerge.engine;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageException;
import io.prumerge.model.EncodedViews;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The right to use a loaded model until it is closed; thread-safe. */
public final class ModelLease implements AutoCloseable {

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE); // 292 years

  private final ModelPool<LlavaEngine.RunningModel>.Slot slot;
  private final ImageAnswerer answerer;
  private final ImageQueue queue;
  private boolean closed;

  ModelLease(ModelPool<LlavaEngine.RunningModel>.Slot slot) {
    this.slot = slot;
    this.answerer = slot.model().answerer();
    this.queue = slot.model().queue();
  }

  /**
   * Asks every question under every method; waits only while the device has too much to do already.
   * The answers come as questions in their order, under each the methods in theirs. What is wrong
   * with an image or a question comes back as its answers' error. The model stays loaded until they
   * are there, also when the lease is closed meanwhile. Cancelling the future ends the work where
   * it is.
   *
   * <p>The future fails with a {@link io.prumerge.torch.TorchException} if the device does,
   * otherwise than by memory.
   *
   * @param patience the longest to wait while the model takes no step
   * @throws IllegalStateException if the lease was closed
   * @throws InterruptedException while waiting; nothing was asked
   * @throws TimeoutException if the model took no step for so long; nothing was asked
   */
  public CompletableFuture<List<Answer>> submit(ImageRequest request, Duration patience)
      throws InterruptedException, TimeoutException {
    hold();
    try {
      return queue.submit(request, slot::release, patience).answers();
    } catch (InterruptedException | TimeoutException | RuntimeException | Error e) {
      slot.release();
      throw e;
    }
  }

  /**
   * Waits for answers that were {@link #submit asked} for, as long as the device gets on.
   *
   * @param patience the longest to wait while the model takes no step: ends no pass, prepares no
   *     image
   * @throws TimeoutException if it took none for so long; the answers may still come
   * @throws ExecutionException as the future fails
   */
  public List<Answer> await(CompletableFuture<List<Answer>> answers, Duration patience)
      throws InterruptedException, ExecutionException, TimeoutException {
    return queue.await(answers, patience);
  }

  /**
   * The answers of a request, waited for.
   *
   * @throws io.prumerge.torch.TorchException if the device fails otherwise than by memory
   * @throws IllegalStateException if the lease was closed
   * @throws CancellationException if the thread is interrupted meanwhile
   */
  public List<Answer> answer(ImageRequest request) {
    CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
    try {
      answers = submit(request, FOREVER);
      return answers.get();
    } catch (InterruptedException e) {
      answers.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for answers");
    } catch (TimeoutException e) {
      throw new IllegalStateException("Cannot answer: " + e.getMessage(), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("Cannot answer: " + e.getCause(), e.getCause());
    }
  }

  /** How many requests a caller should have under way to keep the device busy. */
  public int ahead() {
    return queue.ahead();
  }

  /**
   * Shows what the methods make of an image, without asking anything; on this thread, beside what
   * the device does for others.
   *
   * @param image encoded bytes
   * @param question for methods that look at its text; they need one
   * @throws ImageException if it is no usable image
   * @throws io.prumerge.reduction.ReductionException if a method cannot reduce it
   * @throws io.prumerge.torch.TorchException if the device fails
   * @throws IllegalStateException if the lease was closed
   */
  public Explanation explain(byte[] image, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    return explain(List.of(image), question, methods).get(0);
  }

  /**
   * The same of several images in one prompt, on which each method works together.
   *
   * @param images encoded bytes of each, in their order
   * @return one for each image
   */
  public List<Explanation> explain(
      List<byte[]> images, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    hold();
    try {
      return answerer.explain(images, question, methods);
    } finally {
      slot.release();
    }
  }

  /**
   * An image behind the tower, as far as these methods need it; on this thread, beside what the
   * device does for others.
   *
   * @param image encoded bytes
   * @return to be closed before the lease
   * @throws ImageException if it is no usable image
   * @throws io.prumerge.torch.TorchException if the device fails
   * @throws IllegalStateException if the lease was closed
   */
  public EncodedViews encode(byte[] image, List<TokenReducer> reducers) throws ImageException {
    hold();
    try {
      return answerer.encode(image, reducers);
    } finally {
      slot.release();
    }
  }

  /** The model itself, for work beside answering; to be used while the lease is open. */
  public LlavaModel model() {
    return answerer.model();
  }

  /**
   * Reads questions about one image for methods that choose by their text; to be closed before the
   * lease.
   */
  public QuestionReader reader() {
    return answerer.reader();
  }

  private synchronized void hold() {
    if (closed) {
      throw new IllegalStateException("Cannot answer: the lease of the model was closed");
    }
    slot.hold();
  }

  /**
   * Refuses a model with other weights than these.
   *
   * @throws io.prumerge.config.CheckpointException naming both hashes
   */
  public void check(WeightsPin weights) {
    weights.check(answerer.checkpoint());
  }

  /**
   * Says where on this host the CLIP model is that methods name, and loads it beside the model if
   * it is not loaded yet. A name that nobody placed is a path of this host.
   *
   * @param name as in {@code clip=NAME}
   * @throws io.prumerge.config.CheckpointException if it is no CLIP model, does not fit the vision
   *     tower, or is not the pinned one
   * @throws io.prumerge.torch.TorchException if the device cannot hold it
   */
  public void placeClip(String name, Path folder, WeightsPin pin) {
    hold();
    try {
      pin.check(answerer.placeClip(name, folder));
    } finally {
      slot.release();
    }
  }

  /** The device in use: {@code cpu} or {@code cuda:N}. */
  public String device() {
    return answerer.device();
  }

  /** The arithmetic in use: {@code fp32}, {@code bf16} or {@code fp16}. */
  public String dtype() {
    return answerer.dtype();
  }

  /** How images meet the tower's square: {@code PAD} or {@code CROP}. */
  public ImageAspect imageAspect() {
    return answerer.imageAspect();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      slot.release();
    }
  }
}
