package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.TextConfig;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import io.prumerge.model.OpenValues;
import io.prumerge.torch.LaggingTorch;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class SlotPoolTest {

  private Torch torch;
  private Torch.Value like;
  private SlotPool pool;

  @BeforeEach
  void make() {
    torch = TorchRuntime.open();
    try (Torch.Value anything = torch.call("wavelengths", 10000.0, 4)) {
      like = torch.list(List.of(anything));
    }
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    pool = new SlotPool(torch, checkpoint.config().text(), 100, like);
  }

  @AfterEach
  void close() {
    pool.close();
    like.close();
    torch.close();
    assertThat(OpenValues.count()).isZero();
  }

  @Test
  void rangesThatAreGivenBackJoinTheirNeighbours() {
    assertThat(pool.take(30)).isZero();
    assertThat(pool.take(30)).isEqualTo(30);
    assertThat(pool.take(40)).isEqualTo(60);
    assertThat(pool.free()).isZero();
    pool.free(0, 30);
    pool.free(60, 40);
    assertThat(pool.take(31)).isEqualTo(60);
    pool.free(60, 31);
    pool.free(30, 30);
    assertThat(pool.take(100)).isZero();
  }

  @Test
  void aPoolWithoutRoomSaysSo() {
    pool.take(60);
    assertThatThrownBy(() -> pool.take(41))
        .isInstanceOf(CacheFullException.class)
        .hasMessageContaining("41 consecutive slots of 100")
        .hasMessageContaining("40 are free");
  }

  // The longest run of slots that nobody has.
  private static int longest(List<int[]> taken) {
    boolean[] used = new boolean[100];
    for (int[] range : taken) {
      Arrays.fill(used, range[0], range[0] + range[1], true);
    }
    int longest = 0;
    int run = 0;
    for (boolean one : used) {
      run = one ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  @Test
  void noSlotIsTakenTwiceAndNoneIsLost() {
    Random random = new Random(1);
    List<int[]> taken = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      if (random.nextBoolean() && !taken.isEmpty()) {
        int[] range = taken.remove(random.nextInt(taken.size()));
        pool.free(range[0], range[1]);
      } else {
        int count = 1 + random.nextInt(12);
        try {
          taken.add(new int[] {pool.take(count), count});
        } catch (CacheFullException e) {
          assertThat(longest(taken)).isLessThan(count);
        }
      }
      boolean[] used = new boolean[100];
      int sum = 0;
      for (int[] range : taken) {
        for (int slot = range[0]; slot < range[0] + range[1]; slot++) {
          assertThat(used[slot]).isFalse();
          used[slot] = true;
          sum++;
        }
      }
      assertThat(pool.free()).isEqualTo(100 - sum);
    }
  }

  /** A range that is given back before a copy came there belongs to others. */
  @Test
  void copiesWaitForEachOtherAndNoneComesToSlotsThatAreFree() throws Exception {
    TextConfig text = Checkpoint.open(Goldens.path("checkpoints/mha")).config().text();
    LaggingTorch counting = new LaggingTorch(torch, 0);
    SlotPool source = new SlotPool(counting, text, 5, like);
    SlotPool target =
        DeviceOptions.with(
            () -> new SlotPool(counting, text, 40, like), DeviceOption.SYSTEM_PROMPTS_TOGETHER);
    try (source;
        target) {
      int first = target.take(10);
      int second = target.take(10);
      target.copy(source, 0, first, 5, 0, 2, true);
      target.copy(source, 0, second, 5, 0, 2, true);
      target.copy(source, 0, second, 5, 2, 3, true);
      target.free(second, 10);
      assertThat(counting.calls()).doesNotContain("spread_slots");
      target.slots();
      target.slots();
      assertThat(counting.calls()).containsOnlyOnce("spread_slots").doesNotContain("copy_slots");
      target.copy(source, 0, first, 5, 0, 2, false);
      assertThat(counting.calls()).containsOnlyOnce("copy_slots");
    }
  }
}
