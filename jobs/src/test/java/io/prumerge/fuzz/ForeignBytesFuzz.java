package io.prumerge.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes the readers of {@link ForeignBytesTest}, guided by coverage. Heap is not checked, because
 * Jazzer's hooks allocate too. Only the profile {@code fuzz} runs it.
 */
class ForeignBytesFuzz {

  private static final List<Target> TARGETS = Targets.all();

  /** The first byte selects the reader of the others. */
  static Stream<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < TARGETS.size(); i++) {
      for (byte[] seed : TARGETS.get(i).seeds()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(i);
        bytes.writeBytes(seed);
        seeds.add(bytes.toByteArray());
      }
    }
    return seeds.stream();
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "5m")
  void onlyRefuses(byte[] bytes) {
    if (bytes.length > 0) {
      Target target = TARGETS.get(Byte.toUnsignedInt(bytes[0]) % TARGETS.size());
      target.read(Arrays.copyOfRange(bytes, 1, bytes.length));
    }
  }
}
