package io.prumerge.engine;

import io.prumerge.model.TorchException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches of images through an answerer and ends each of their requests. Thread-safe: each
 * lane runs batches of its own.
 *
 * <p>A batch that the device has no room for is cut in halves, and so are all later ones; an image
 * that does not fit alone gets typed errors. A batch that fails otherwise is cut too, so that one
 * image cannot take the others with it. A device that is lost is not asked again: all that comes
 * later fails as what was asked last.
 */
final class BatchRunner {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final BatchAnswerer answerer;
  private final Runnable passed;
  private final AtomicInteger most;
  private volatile TorchException lost;

  /**
   * @param passed is run after each pass of the model
   */
  BatchRunner(BatchAnswerer answerer, Runnable passed) {
    this.answerer = answerer;
    this.passed = passed;
    this.most = new AtomicInteger(answerer.mostImages());
  }

  /** Images of a batch at most. */
  int most() {
    return most.get();
  }

  /** Ends every request of the batch, whatever is thrown on the way. */
  void run(List<PendingImage> batch) {
    try {
      // A request may be cancelled at any moment, so each is looked at once.
      Map<Boolean, List<PendingImage>> wanted =
          batch.stream().collect(Collectors.partitioningBy(PendingImage::wanted));
      wanted.get(false).forEach(image -> image.answer(List.of()));
      if (!wanted.get(true).isEmpty()) {
        ask(wanted.get(true));
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(image -> image.fail(e)); // those that have no answers yet
    }
  }

  private void ask(List<PendingImage> images) {
    if (lost != null) {
      throw lost;
    }
    List<List<Answer>> answers;
    try {
      answers = answerer.answer(images, passed);
    } catch (RuntimeException e) {
      askLess(images, e);
      return;
    }
    if (answers.size() != images.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d images were asked about, %d were answered",
              images.size(),
              answers.size()));
    }
    for (int i = 0; i < images.size(); i++) {
      images.get(i).answer(answers.get(i));
    }
  }

  private void lower(int images) {
    if (most.getAndAccumulate(images, Math::min) > images) {
      LOG.warn(
          "{} ran out of memory: from now on at most {} images are worked on at once",
          answerer.device(),
          images);
    }
  }

  private void askLess(List<PendingImage> images, RuntimeException why) {
    if (why instanceof TorchException torch && torch.deviceLost()) {
      lost = torch;
      throw torch;
    }
    boolean memory = why instanceof TorchException torch && torch.outOfMemory();
    int half = images.size() / 2;
    if (half > 0) {
      if (memory) {
        lower(half);
      }
      run(images.subList(0, half));
      run(images.subList(half, images.size()));
    } else if (memory) {
      PendingImage image = images.get(0);
      String error = ErrorKind.DEVICE_OUT_OF_MEMORY.with(why.getMessage());
      image.answer(answerer.failed(image, error));
    } else {
      throw why;
    }
  }
}
