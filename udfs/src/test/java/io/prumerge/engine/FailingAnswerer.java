package io.prumerge.engine;

import io.prumerge.image.ImageException;
import java.util.List;
import java.util.function.Consumer;

/** A real answerer behind a device that fails when the test wants it to. */
final class FailingAnswerer implements BatchAnswerer {

  private final BatchAnswerer real;
  private final Lanes lanes;
  private final Consumer<List<PendingImage>> failure;

  /**
   * @param failure looks at each batch before it is run and may throw
   */
  FailingAnswerer(BatchAnswerer real, Lanes lanes, Consumer<List<PendingImage>> failure) {
    this.real = real;
    this.lanes = lanes;
    this.failure = failure;
  }

  @Override
  public Lanes lanes() {
    return lanes;
  }

  @Override
  public int mostImages() {
    return real.mostImages();
  }

  @Override
  public void prepare(PendingImage image) throws ImageException {
    real.prepare(image);
  }

  @Override
  public List<List<Answer>> answer(List<PendingImage> images, Runnable passed) {
    failure.accept(images);
    return real.answer(images, passed);
  }

  @Override
  public List<Answer> failed(PendingImage image, String error) {
    return real.failed(image, error);
  }

  @Override
  public String device() {
    return real.device();
  }

  @Override
  public String dtype() {
    return real.dtype();
  }

  @Override
  public void close() {
    real.close();
  }
}
