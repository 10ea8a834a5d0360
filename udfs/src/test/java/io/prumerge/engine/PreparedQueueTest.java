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
    return image(1);
  }

  private static PendingRequest image(int weight) {
    return new PendingRequest(
        new ImageRequest(null, List.of(), List.of()), weight, () -> {}, Runnable::run);
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
    ready.withdraw(image());
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
    ready.withdraw(image());
    assertThat(ready.poll(6)).containsExactly(images.get(5));
  }

  @Test
  void heavyPixelsFillTheRoom() throws Exception {
    PreparedQueue ready = new PreparedQueue(4, 1, Duration.ofMillis(1));
    ready.expect();
    ready.add(image(5));
    CompletableFuture<Void> more = CompletableFuture.runAsync(() -> awaitSpace(ready, image()));
    Thread.sleep(20);
    assertThat(more).isNotDone();
    assertThat(ready.next(4)).hasSize(1);
    more.get();
  }

  @Test
  void pixelsAreMadeOnlyWhereThereIsRoomForThem() throws Exception {
    PreparedQueue ready = new PreparedQueue(1, 1, Duration.ofMillis(1));
    ready.expect();
    PendingRequest first = image();
    ready.awaitSpace(first);
    ready.add(first);
    CompletableFuture<Void> more = CompletableFuture.runAsync(() -> awaitSpace(ready, image()));
    Thread.sleep(20);
    assertThat(more).isNotDone();
    assertThat(ready.next(4)).hasSize(1);
    more.get();
  }

  /** Not one ready and the other in preparation, nor both in preparation. */
  @Test
  void oneVideoThatFillsTheRoomIsPreparedAtATime() throws Exception {
    PreparedQueue ready = new PreparedQueue(4, 1, Duration.ofMillis(1));
    PendingRequest first = image(77);
    ready.expect();
    ready.awaitSpace(first);
    PendingRequest second = image(77);
    ready.expect();
    CompletableFuture<Void> more = CompletableFuture.runAsync(() -> awaitSpace(ready, second));
    Thread.sleep(20);
    assertThat(more).as("while the first is prepared").isNotDone();
    first.prepared(null, null, 80);
    ready.add(first);
    Thread.sleep(20);
    assertThat(more).as("while the first is ready").isNotDone();
    assertThat(ready.next(4)).containsExactly(first);
    more.get();
  }

  @Test
  void smallPicturesDoNotKeepAVideoWaiting() throws Exception {
    PreparedQueue ready = new PreparedQueue(4, 1, Duration.ofMillis(1));
    PendingRequest video = image(77);
    PendingRequest picture = image();
    PendingRequest later = image();
    ready.expect();
    ready.awaitSpace(picture);
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> awaitSpace(ready, video));
    Thread.sleep(20);
    CompletableFuture<Void> second = CompletableFuture.runAsync(() -> awaitSpace(ready, later));
    Thread.sleep(20);
    assertThat(first).isNotDone();
    assertThat(second).as("behind the video, though there is room").isNotDone();
    ready.withdraw(picture);
    first.get();
    assertThat(second).isNotDone();
    ready.expect();
    ready.withdraw(video);
    second.get();
  }

  private static void awaitSpace(PreparedQueue ready, PendingRequest pending) {
    try {
      ready.awaitSpace(pending);
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
