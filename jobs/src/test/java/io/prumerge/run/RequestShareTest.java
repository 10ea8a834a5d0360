package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestShareTest {

  @ParameterizedTest
  @CsvSource({
    "8, 2, 2, 2 1 4", // a task of each chunk
    "8, 1, 2, 1 2 4", // one chunk has both slots
    "8, 2, 16, 2 4 1", // fewer tasks than slots
    "100, 2, 16, 2 8 6",
    "1, 2, 16, 1 1 1",
    "3, 2, 4, 2 1 1"
  })
  void isByTheSlots(int all, int chunks, int slots, String share) {
    assertThat(RequestShare.of(all, chunks, slots, OptionalInt.empty()))
        .extracting(one -> "%d %d %d".formatted(one.chunks(), one.tasks(), one.requests()))
        .isEqualTo(share);
  }

  @Test
  void isNeverMoreThanAllowedAndNeverNothing() {
    for (int all = 1; all < 40; all++) {
      for (int chunks = 0; chunks <= 2; chunks++) {
        for (int slots = 1; slots < 40; slots++) {
          for (int partitions = 0; partitions < 40; partitions++) {
            RequestShare share =
                RequestShare.of(
                    all,
                    chunks,
                    slots,
                    partitions == 0 ? OptionalInt.empty() : OptionalInt.of(partitions));
            assertThat(share.chunks() * share.tasks() * share.requests()).isBetween(1, all);
          }
        }
      }
    }
  }
}
