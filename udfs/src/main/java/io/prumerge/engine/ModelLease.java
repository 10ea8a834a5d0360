package io.prumerge.engine;

import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The right to use a loaded model until it is closed; thread-safe. */
public final class ModelLease implements AutoCloseable {

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE); // 292 years

  private final ModelPool<RunningModel>.Slot slot;
  private final LoadedModel loaded;
  private final ImageQueue queue;
  private boolean closed;

  ModelLease(ModelPool<RunningModel>.Slot slot) {
    this.slot = slot;
    this.loaded = slot.model().answerer().loaded();
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
    PictureParts parts = PictureParts.of(request);
    List<CompletableFuture<List<Answer>>> asked = new ArrayList<>();
    try {
      for (ImageRequest part : parts.requests()) {
        asked.add(submitPart(part, patience));
      }
      return parts.together(asked);
    } catch (InterruptedException | TimeoutException | RuntimeException | Error e) {
      asked.forEach(part -> part.cancel(true));
      throw e;
    }
  }

  private CompletableFuture<List<Answer>> submitPart(ImageRequest part, Duration patience)
      throws InterruptedException, TimeoutException {
    hold();
    try {
      return queue.submit(part, slot::release, patience).answers();
    } catch (InterruptedException | TimeoutException | RuntimeException | Error e) {
      slot.release();
      throw e;
    }
  }

  /**
   * Waits for answers that were {@link #submit asked} for, as long as the device makes progress.
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
   * Returns the answers of a request, waited for.
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

  /** Makes the second copy of weights that the first request would wait for, if there is one. */
  public void pack() {
    hold();
    try {
      loaded.model().pack();
    } finally {
      slot.release();
    }
  }

  /** Returns how many requests a caller should have under way to keep the device busy. */
  public int ahead() {
    return queue.ahead();
  }

  /**
   * Shows what the methods make of an image, without asking anything; on this thread, at the same
   * time as what the device does for others.
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
    return explain(List.<Visual>of(new Visual.Picture(image)), question, methods).get(0);
  }

  /**
   * Explains several images in one prompt, or a video, on which each method works together.
   *
   * @param images in their order
   * @return one for each image
   */
  public List<Explanation> explain(
      List<Visual> images, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    hold();
    try {
      return new ImageExplainer(loaded).explain(images, question, methods);
    } finally {
      slot.release();
    }
  }

  /**
   * Returns an image after the tower, up to the layer that these methods need; on this thread, at
   * the same time as what the device does for others.
   *
   * @param image encoded bytes
   * @return to be closed before the lease
   * @throws ImageException if it is no usable image
   * @throws io.prumerge.torch.TorchException if the device fails
   * @throws IllegalStateException if the lease was closed
   */
  public EncodedImages encode(byte[] image, List<TokenReducer> reducers) throws ImageException {
    hold();
    try {
      PreparedImages prepared = loaded.prepare(List.of(new Visual.Picture(image)), reducers);
      return loaded.model().encode(List.of(prepared), TowerDepth.of(reducers)).get(0);
    } finally {
      slot.release();
    }
  }

  /**
   * Returns the model itself: what it is, where it runs, and for work other than answering. To be
   * used while the lease is open.
   */
  public LlavaModel model() {
    return loaded.model();
  }

  /**
   * Reads questions about one image for methods that choose by their text; to be closed before the
   * lease.
   */
  public QuestionReader reader() {
    return loaded.reader();
  }

  private synchronized void hold() {
    if (closed) {
      throw new IllegalStateException("Cannot answer: the lease of the model was closed");
    }
    slot.hold();
  }

  /** Returns how images are fitted to the tower's square: {@code PAD} or {@code CROP}. */
  public ImageAspect imageAspect() {
    return loaded.imageAspect();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      slot.release();
    }
  }
}
