package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.function.Executable;

/** Bounds the time of a processor: by the clock, a busy machine takes many times as long. */
public final class ProcessorTime {

  /** Characters of a hostile text. */
  public static final int LONG = 100_000;

  /** Far more than such texts take, and far less than where it squares. */
  private static final Duration MOST = Duration.ofSeconds(5);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProcessorTime() {}

  /** Runs something on this thread, which must not take long, nor throw anything. */
  public static void requireLittle(Executable work) {
    long before = THREADS.getCurrentThreadCpuTime();
    try {
      work.execute();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before)).isLessThan(MOST);
  }
}
