package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.source.DataException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RowMemoryTest {

  private static final long MEBIBYTE = 1 << 20;

  private static RowMemory of(long mebibytes) {
    return new RowMemory(mebibytes * MEBIBYTE, RowMemory.OF_VIDEO, 4);
  }

  @Test
  void refusesARowThatTheHeapCannotHoldWithWhatItTakes() throws InterruptedIOException {
    try (RowMemory enough = of(4096)) {
      enough.require(900 * MEBIBYTE, 400, 400, "a.mp4");
    }
    assertThatThrownBy(() -> of(3072).require(706 * MEBIBYTE, 353, 400, "big.mp4"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot prepare 'big.mp4' with 3,072 MiB of memory: its 400 pictures or frames have"
                + " about 800 MiB, which are held 3 times while they are written. Give it 4 GiB, by"
                + " spark.driver.memory or --driver-memory of spark-submit, on a cluster by those of"
                + " the executors, or choose fewer frames by frames");
  }

  @Test
  void oneTaskAtATimeHasALargeRow() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Thread other;
    try (RowMemory small = of(1256);
        RowMemory large = of(1256)) {
      small.require(20 * MEBIBYTE, 1, 1, "small");
      large.require(100 * MEBIBYTE, 1, 2, "large");
      large.require(200 * MEBIBYTE, 2, 2, "large");
      small.require(20 * MEBIBYTE, 1, 1, "beside it");
      other =
          new Thread(
              () -> {
                try (RowMemory waiting = of(1256)) {
                  waiting.require(100 * MEBIBYTE, 1, 1, "waiting");
                  second.countDown();
                } catch (InterruptedIOException e) {
                  throw new AssertionError(e);
                }
              });
      other.start();
      assertThat(second.await(200, TimeUnit.MILLISECONDS)).as("while there is one").isFalse();
    }
    assertThat(second.await(10, TimeUnit.SECONDS)).as("once it is written").isTrue();
    other.join();
  }
}
