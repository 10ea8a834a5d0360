package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PreparedQueueTest {

  private static PendingRequest image() {
    return new PendingRequest(
        new ImageRequest(null, List.of(), List.of()), () -> {}, Runnable::run);
  }

  @Test
  void oneSlowImageDoesNotKeepTheOthersWaiting() throws Exception {
    PreparedQueue ready = new PreparedQueue(8, 1, Duration.ofMillis(20));
    PendingRequest quick = image();
    ready.expect();
    ready.expect();
    ready.add(quick);
    assertThat(ready.next(2)).containsExactly(quick);
  }

  @Test
  void aBatchWithRoomWaitsForWhatComesSoon() throws Exception {
    PreparedQueue ready = new PreparedQueue(8, 1, Duration.ofMinutes(1));
    PendingRequest first = image();
    PendingRequest second = image();
    ready.expect();
    ready.expect();
    ready.add(first);
    CompletableFuture<List<PendingRequest>> batch =
        CompletableFuture.supplyAsync(() -> next(ready));
    Thread.sleep(20);
    assertThat(batch).isNotDone();
    ready.add(second);
    assertThat(batch.get()).containsExactly(first, second);
  }

  @Test
  void nothingIsWaitedForThatNobodyPrepares() throws Exception {
    PreparedQueue ready = new PreparedQueue(8, 1, Duration.ofMinutes(1));
    PendingRequest only = image();
    ready.expect();
    ready.expect();
    ready.add(only);
    ready.withdraw();
    assertThat(ready.next(2)).containsExactly(only);
  }

  @Test
  void whoHasOtherWorkTakesABatchOnlyWhereItWouldNotWait() {
    PreparedQueue ready = new PreparedQueue(8, 1, Duration.ofMinutes(1));
    assertThat(ready.poll(2)).isEmpty();
    PendingRequest first = image();
    PendingRequest second = image();
    ready.expect();
    ready.expect();
    ready.add(first);
    assertThat(ready.poll(2)).isEmpty();
    assertThat(ready.poll(1)).containsExactly(first);
    ready.add(second);
    assertThat(ready.poll(2)).containsExactly(second);
  }

  private static PendingRequest image(int weight) {
    PendingRequest image = image();
    image.prepared(null, null, weight);
    return image;
  }

  @Test
  void aBatchIsFullByWhatItsImagesWeigh() throws Exception {
    PreparedQueue ready = new PreparedQueue(99, 1, Duration.ofMinutes(1));
    List<PendingRequest> images = IntStream.of(3, 2, 1, 9, 4, 4).mapToObj(w -> image(w)).toList();
    images.forEach(image -> ready.expect());
    ready.expect(); // one more that never comes: full batches do not wait for it
    images.forEach(ready::add);
    assertThat(ready.next(6)).containsExactlyElementsOf(images.subList(0, 3));
    assertThat(ready.poll(6)).containsExactly(images.get(3)); // too heavy for any batch
    assertThat(ready.poll(6)).containsExactly(images.get(4));
    assertThat(ready.poll(6)).isEmpty();
    ready.withdraw();
    assertThat(ready.poll(6)).containsExactly(images.get(5));
  }

  @Test
  void heavyPixelsFillTheRoom() throws Exception {
    PreparedQueue ready = new PreparedQueue(4, 1, Duration.ofMillis(1));
    ready.expect();
    ready.add(image(5));
    CompletableFuture<Void> more = CompletableFuture.runAsync(() -> awaitSpace(ready));
    Thread.sleep(20);
    assertThat(more).isNotDone();
    assertThat(ready.next(4)).hasSize(1);
    more.get();
  }

  @Test
  void pixelsAreMadeOnlyWhereThereIsRoomForThem() throws Exception {
    PreparedQueue ready = new PreparedQueue(1, 1, Duration.ofMillis(1));
    ready.expect();
    ready.awaitSpace();
    ready.add(image());
    CompletableFuture<Void> more = CompletableFuture.runAsync(() -> awaitSpace(ready));
    Thread.sleep(20);
    assertThat(more).isNotDone();
    assertThat(ready.next(4)).hasSize(1);
    more.get();
  }

  private static void awaitSpace(PreparedQueue ready) {
    try {
      ready.awaitSpace();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<PendingRequest> next(PreparedQueue ready) {
    try {
      return ready.next(2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
