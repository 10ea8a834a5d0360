package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The threads that a lane's operators have, whatever other threads set at the same time. */
@Tag("model")
class LaneThreadsTest {

  private static final int SIDE = 64;

  private final BlockingQueue<Integer> first = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> second = new LinkedBlockingQueue<>();
  private final CountDownLatch firstSet = new CountDownLatch(1);
  private final CountDownLatch secondSet = new CountDownLatch(1);

  /** A model whose lane runs its first operator when another lane has set its threads too. */
  private static QuickAnswerer waiting(
      int threads, CountDownLatch set, CountDownLatch other, BlockingQueue<Integer> seen) {
    return new QuickAnswerer(new Lanes(1, threads), 1) {
      @Override
      List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
        set.countDown();
        try {
          other.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        multiply();
        seen.add(JniUtils.getNumThreads());
        return super.answer(images, passed);
      }
    };
  }

  private static void multiply() {
    try (Torch torch = TorchRuntime.open();
        Torch.Value square = torch.tensor(new float[SIDE * SIDE], SIDE, SIDE)) {
      torch.call("blend", square, square).close();
    }
  }

  private static void ask(ImageQueue queue) throws Exception {
    ImageRequest request =
        new ImageRequest(
            new byte[0], List.of(new Question("Why?", 1)), List.of(MethodSpec.parse("none")));
    queue.submit(request, () -> {}, Duration.ofMinutes(1));
  }

  @Test
  void modelsThatStartAtOnceKeepTheirOwn() throws Exception {
    TorchRuntime.engine(); // or the first lane would start it
    try (ImageQueue one = new ImageQueue(waiting(1, firstSet, secondSet, first))) {
      ask(one);
      firstSet.await();
      try (ImageQueue three = new ImageQueue(waiting(3, secondSet, firstSet, second))) {
        ask(three);
        assertThat(first.poll(1, TimeUnit.MINUTES)).isEqualTo(1);
        assertThat(second.poll(1, TimeUnit.MINUTES)).isEqualTo(3);
      }
    }
  }
}
