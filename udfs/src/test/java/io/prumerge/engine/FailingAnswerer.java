package io.prumerge.engine;

import io.prumerge.image.codec.ImageException;
import java.util.List;
import java.util.function.Consumer;

/** A real answerer on a device that fails when the test wants it to. */
final class FailingAnswerer implements Answerer {

  private final Answerer real;
  private final Lanes lanes;
  private final Consumer<List<PendingRequest>> failure;

  /**
   * @param failure looks at the images that a lane takes, and may throw
   */
  FailingAnswerer(Answerer real, Lanes lanes, Consumer<List<PendingRequest>> failure) {
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
  public void prepare(PendingRequest image) throws ImageException {
    real.prepare(image);
  }

  @Override
  public int mostOpen() {
    return real.mostOpen();
  }

  @Override
  public int expectedWeight(ImageRequest request) {
    return real.expectedWeight(request);
  }

  @Override
  public Lane lane(Runnable passed) {
    Lane lane = real.lane(passed);
    return new Lane() {
      @Override
      public boolean wantsMore() {
        return lane.wantsMore();
      }

      @Override
      public boolean busy() {
        return lane.busy();
      }

      @Override
      public void take(List<PendingRequest> images) {
        failure.accept(images);
        lane.take(images);
      }

      @Override
      public void step() {
        lane.step();
      }

      @Override
      public void fail(Throwable why) {
        lane.fail(why);
      }

      @Override
      public void close() {
        lane.close();
      }
    };
  }

  @Override
  public List<Answer> failed(PendingRequest image, String error) {
    return real.failed(image, error);
  }

  @Override
  public String device() {
    return real.device();
  }

  @Override
  public void close() {
    real.close();
  }
}
