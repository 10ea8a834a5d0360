package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class WatchedServerTest {

  /** Fails some requests, and may answer nothing else either. */
  private static final class Failing implements LoadServer {

    private final IntPredicate fails;
    private final boolean gone;
    private final CountDownLatch looked = new CountDownLatch(1);

    Failing(IntPredicate fails, boolean gone) {
      this.fails = fails;
      this.gone = gone;
    }

    @Override
    public CompletableFuture<LoadReply> ask(int question) {
      return fails.test(question)
          ? CompletableFuture.failedFuture(new IllegalStateException("Connection refused"))
          : CompletableFuture.completedFuture(
              new LoadReply(
                  Optional.of("Yes"),
                  Optional.of("eos"),
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  Optional.empty(),
                  List.of(),
                  System.nanoTime()));
    }

    @Override
    public void requireAnswering() {
      looked.countDown();
      if (gone) {
        throw new Failure("nothing answers");
      }
    }
  }

  private static WatchedServer asked(Failing server, Duration silence) {
    WatchedServer watched = new WatchedServer(server, silence);
    for (int i = 0; i < 20; i++) {
      watched.ask(i);
    }
    return watched;
  }

  @Test
  void aServerThatAnswersNothingAnyMoreIsLost() {
    WatchedServer gone = asked(new Failing(question -> question > 3, true), Duration.ZERO);

    assertThatThrownBy(() -> gone.lost().get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Failure.class)
        .hasMessageContaining("nothing answers");
  }

  @Test
  void aServerThatStillAnswersIsNot() throws InterruptedException {
    Failing refusing = new Failing(question -> true, false);
    WatchedServer watched = asked(refusing, Duration.ZERO);

    assertThat(refusing.looked.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(watched.lost()).isNotDone();
  }

  @Test
  void errorsAmongAnswersAndShortOnesAreNotLookedInto() {
    Failing some = new Failing(question -> question % 5 > 0, true);
    Failing all = new Failing(question -> true, true);

    assertThat(asked(some, Duration.ZERO).lost()).isNotDone();
    assertThat(asked(all, Duration.ofHours(1)).lost()).isNotDone();
    assertThat(some.looked.getCount() + all.looked.getCount()).isEqualTo(2);
  }
}
