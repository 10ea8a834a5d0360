package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.model.DeviceFailures;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A video on a device whose memory holds so many of its views at once. */
class VideoPassesTest {

  private final VideoPasses passes = new VideoPasses("cpu", 32);
  private final List<Integer> tried = new ArrayList<>();

  private int encode(int views, int room) {
    return passes.encode(
        views,
        most -> {
          tried.add(most);
          if (most > room) {
            throw DeviceFailures.outOfMemory();
          }
          return most;
        });
  }

  @Test
  void aVideoThatDoesNotFitIsTriedAgainInSmallerPasses() {
    assertThat(encode(100, 32)).isEqualTo(32);
    assertThat(encode(100, 5)).isEqualTo(4);
    assertThat(tried).containsExactly(32, 32, 16, 8, 4);
    assertThat(passes.most()).isEqualTo(4);
    tried.clear();
    assertThat(encode(100, 5)).as("later ones begin with what fitted").isEqualTo(4);
    assertThat(tried).containsExactly(4);
  }

  @Test
  void aShortVideoBeginsWithAllOfIt() {
    assertThat(encode(3, 1)).isEqualTo(1);
    assertThat(tried).containsExactly(3, 1);
    assertThat(encode(1, 1)).isEqualTo(1);
  }

  @Test
  void aVideoThatFitsInNoPassesFailsAndLaterOnesAreTriedAsBefore() {
    assertThatThrownBy(() -> encode(7, 0)).isInstanceOf(TorchException.class);
    assertThat(tried).containsExactly(7, 3, 1);
    assertThat(passes.most()).isEqualTo(32);
  }

  @Test
  void otherFailuresAreNotTriedAgain() {
    for (TorchException why : List.of(DeviceFailures.wrong(), DeviceFailures.broken())) {
      assertThatThrownBy(
              () ->
                  passes.encode(
                      8,
                      most -> {
                        tried.add(most);
                        throw why;
                      }))
          .isSameAs(why);
    }
    assertThat(tried).containsExactly(8, 8);
  }

  @Test
  void passesGrowBackWhenThereIsMemoryAgain() {
    encode(100, 8);
    for (int video = 0; video < 200; video++) {
      encode(100, 32);
    }
    assertThat(passes.most()).isEqualTo(32);
  }
}
