package io.prumerge.engine;

import io.prumerge.generation.MemoryLimit;
import io.prumerge.torch.TorchException;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of a video goes through the tower in one pass. A video that the device's memory does not
 * hold so is tried again in passes of half as much, and later ones begin with what fitted ({@link
 * MemoryLimit}). Not for several threads.
 */
final class VideoPasses {

  private static final Logger LOG = LoggerFactory.getLogger(VideoPasses.class);

  private final String device;
  private final MemoryLimit most;

  /**
   * @param device in the log
   * @param ample the most that a pass takes, as {@link io.prumerge.model.PassLimits#images} counts
   */
  VideoPasses(String device, int ample) {
    this.device = device;
    this.most = new MemoryLimit(ample);
  }

  /** Returns the most that a pass takes now. */
  int most() {
    return (int) most.now();
  }

  /**
   * Encodes a video.
   *
   * @param all how much it is, counted in the same way
   * @param encode encodes it in passes of at most so much, but at least one view
   * @throws TorchException where it does not fit in the smallest passes, or fails otherwise
   */
  <T> T encode(int all, IntFunction<T> encode) {
    int now = Math.min(all, most());
    boolean fell = false;
    while (true) {
      try {
        T encoded = encode.apply(now);
        if (fell && most.lower(now)) {
          LOG.warn(
              "{} ran out of memory: from now on at most {} views of a video go through the tower at"
                  + " once",
              device,
              now);
        }
        most.passed();
        return encoded;
      } catch (TorchException e) {
        if (!e.outOfMemory() || now == 1) {
          throw e;
        }
        now /= 2;
        fell = true;
      }
    }
  }
}
