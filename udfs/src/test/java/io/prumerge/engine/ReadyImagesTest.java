package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ReadyImagesTest {

  private static PendingImage image() {
    return new PendingImage(new ImageRequest(null, List.of(), List.of()), () -> {});
  }

  @Test
  void oneSlowImageDoesNotKeepTheOthersWaiting() throws Exception {
    ReadyImages ready = new ReadyImages(8, 1, Duration.ofMillis(20));
    PendingImage quick = image();
    ready.expect();
    ready.expect();
    ready.add(quick);
    assertThat(ready.next(2)).containsExactly(quick);
  }

  @Test
  void aBatchWithRoomWaitsForWhatComesSoon() throws Exception {
    ReadyImages ready = new ReadyImages(8, 1, Duration.ofMinutes(1));
    PendingImage first = image();
    PendingImage second = image();
    ready.expect();
    ready.expect();
    ready.add(first);
    CompletableFuture<List<PendingImage>> batch = CompletableFuture.supplyAsync(() -> next(ready));
    Thread.sleep(20);
    assertThat(batch).isNotDone();
    ready.add(second);
    assertThat(batch.get()).containsExactly(first, second);
  }

  @Test
  void nothingIsWaitedForThatNobodyPrepares() throws Exception {
    ReadyImages ready = new ReadyImages(8, 1, Duration.ofMinutes(1));
    PendingImage only = image();
    ready.expect();
    ready.expect();
    ready.add(only);
    ready.withdraw();
    assertThat(ready.next(2)).containsExactly(only);
  }

  @Test
  void whoHasOtherWorkTakesABatchOnlyWhereItWouldNotWait() {
    ReadyImages ready = new ReadyImages(8, 1, Duration.ofMinutes(1));
    assertThat(ready.poll(2)).isEmpty();
    PendingImage first = image();
    PendingImage second = image();
    ready.expect();
    ready.expect();
    ready.add(first);
    assertThat(ready.poll(2)).isEmpty();
    assertThat(ready.poll(1)).containsExactly(first);
    ready.add(second);
    assertThat(ready.poll(2)).containsExactly(second);
  }

  @Test
  void pixelsAreMadeOnlyWhereThereIsRoomForThem() throws Exception {
    ReadyImages ready = new ReadyImages(1, 1, Duration.ofMillis(1));
    ready.expect();
    ready.awaitRoom();
    ready.add(image());
    CompletableFuture<Void> more =
        CompletableFuture.runAsync(
            () -> {
              try {
                ready.awaitRoom();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread.sleep(20);
    assertThat(more).isNotDone();
    assertThat(ready.next(4)).hasSize(1);
    more.get();
  }

  private static List<PendingImage> next(ReadyImages ready) {
    try {
      return ready.next(2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
