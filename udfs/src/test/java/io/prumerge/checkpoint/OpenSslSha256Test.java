package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenSslSha256Test {

  private MessageDigest digest;

  @BeforeEach
  void open() {
    assumeThat(OpenSslSha256.open()).as("an OpenSSL of this system").isPresent();
    digest = OpenSslSha256.open().orElseThrow();
  }

  /** Also around a block's 64 bytes, and the 55 to which padding leaves it one block. */
  @Test
  void isTheJdks() {
    Random random = new Random(1);
    for (int size : new int[] {0, 1, 2, 55, 56, 63, 64, 65, 119, 120, 1_000_003}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      assertThat(digest.digest(content)).as("%d bytes", size).isEqualTo(Sha256.of(content));
    }
  }

  @Test
  void takesContentInPiecesOfAnyKind() {
    byte[] content = new byte[100_000];
    Random random = new Random(2);
    random.nextBytes(content);
    ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content);
    int at = 0;
    for (int kind = 0; at < content.length; kind++) {
      int end = Math.min(content.length, at + random.nextInt(5_000));
      ByteBuffer piece =
          (kind % 2 == 0 ? direct : ByteBuffer.wrap(content)).limit(end).position(at);
      switch (kind % 3) {
        case 0 -> {
          digest.update(piece);
          assertThat(piece.remaining()).isZero();
        }
        case 1 -> digest.update(content, at, end - at);
        default -> {
          for (byte single : Arrays.copyOfRange(content, at, end)) {
            digest.update(single);
          }
        }
      }
      direct.clear();
      at = end;
    }
    assertThat(digest.digest()).isEqualTo(Sha256.of(content));
  }

  @Test
  void beginsAnewAfterItsDigestAndWhenItIsTold() {
    digest.update((byte) 1);
    digest.digest();
    digest.update((byte) 2);
    digest.reset();
    digest.update((byte) 3);
    assertThat(digest.digest()).isEqualTo(Sha256.of(new byte[] {3}));
  }
}
