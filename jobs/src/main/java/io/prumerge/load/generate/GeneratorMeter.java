package io.prumerge.load.generate;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.apache.commons.math3.util.ResizableDoubleArray;

/** Measures what sending the requests of a point takes of this process, from its making on. */
final class GeneratorMeter {

  private static final double PERCENTILE = 99;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final ResizableDoubleArray delays = new ResizableDoubleArray();

  // The clock of a load test may be a test's own, but the processors' time is always the machine's.
  private final long wall = System.nanoTime();
  private final long processors = SYSTEM.getProcessCpuTime();

  /**
   * Notes that a request was sent.
   *
   * @param delay milliseconds after it could have been
   */
  void sent(double delay) {
    delays.addElement(delay);
  }

  GeneratorUse use() {
    double used = SYSTEM.getProcessCpuTime() - processors;
    double passed = Math.max(1, System.nanoTime() - wall);
    return new GeneratorUse(delay(), used / passed / SYSTEM.getAvailableProcessors());
  }

  /** Returns the percentile as numpy's default does; 0 if nothing was sent. */
  private double delay() {
    return delays.getNumElements() == 0
        ? 0
        : new Percentile(PERCENTILE)
            .withEstimationType(EstimationType.R_7)
            .evaluate(delays.getElements());
  }
}
