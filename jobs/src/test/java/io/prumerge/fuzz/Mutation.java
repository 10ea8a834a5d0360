package io.prumerge.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * One change to a file.
 *
 * @param kind kind of change
 * @param at position, modulo the file's length
 * @param length length of the removed or repeated part, modulo the rest of the file
 * @param piece the bytes to write
 */
record Mutation(Kind kind, int at, int length, byte[] piece) {

  /** A kind of change. */
  enum Kind {
    OVERWRITE,
    INSERT,
    REPLACE,
    REMOVE,
    REPEAT,
    CUT_OFF
  }

  /** Deeper nesting, longer texts and larger numbers than in any valid file. */
  private static final int MANY = 3000;

  private static final List<String> TEXTS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ",",
          ":",
          "null",
          "true",
          "\"a\"",
          "{}",
          "[]",
          "\t",
          "\n",
          "\r\n",
          "\u0000",
          "\uFEFF",
          "\\ud800",
          "\\u0000",
          "\"\\x",
          "\"\\UFFFFFFFF\"",
          "-1",
          "0",
          "1e999",
          "1E-999",
          "NaN",
          "0.5",
          "2147483648",
          "9223372036854775808",
          "../../../a",
          "/etc/passwd",
          "file:///etc/passwd",
          "http://localhost/",
          "a\\..\\b",
          "- ",
          "&a ",
          "*a",
          "!!java.lang.Object ",
          "<!DOCTYPE a>",
          "&amp;",
          "&#0;",
          "=1+1",
          "[".repeat(MANY),
          "{\"a\":".repeat(MANY),
          "9".repeat(MANY),
          "a".repeat(MANY),
          "\"" + "\\u0061".repeat(MANY) + "\"");

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    32767,
    65535,
    65536,
    1 << 24,
    Integer.MAX_VALUE,
    0x80000000L,
    0xFFFFFFFFL,
    100_000_000,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** Generates files: seeds with a few changes, and sometimes random bytes. */
  static Arbitrary<byte[]> of(List<byte[]> seeds) {
    Arbitrary<byte[]> changed =
        Combinators.combine(Arbitraries.of(seeds), any().list().ofMinSize(1).ofMaxSize(5))
            .as(
                (seed, mutations) -> {
                  byte[] bytes = seed;
                  for (Mutation mutation : mutations) {
                    bytes = mutation.apply(bytes);
                  }
                  return bytes;
                });
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    return Arbitraries.frequencyOf(Tuple.of(30, changed), Tuple.of(1, noise));
  }

  private static Arbitrary<Mutation> any() {
    Arbitrary<byte[]> texts =
        Arbitraries.of(TEXTS).map(text -> text.getBytes(StandardCharsets.UTF_8));
    Arbitrary<byte[]> numbers =
        Combinators.combine(
                Arbitraries.integers().between(0, NUMBERS.length - 1),
                Arbitraries.of(1, 2, 4, 8),
                Arbitraries.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN))
            .as((index, width, order) -> number(NUMBERS[index], width, order));
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(4);
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            Arbitraries.integers().between(1, 64),
            Arbitraries.oneOf(texts, numbers, bytes))
        .as(Mutation::new);
  }

  private static byte[] number(long value, int width, ByteOrder order) {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).order(order).putLong(value).array();
    return order == ByteOrder.LITTLE_ENDIAN
        ? Arrays.copyOf(bytes, width)
        : Arrays.copyOfRange(bytes, Long.BYTES - width, Long.BYTES);
  }

  /** Returns the changed file. */
  byte[] apply(byte[] file) {
    int from = at % (file.length + 1);
    int to = from + Math.min(length, file.length - from);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(file, 0, from);
    switch (kind) {
      case OVERWRITE -> {
        changed.writeBytes(piece);
        int behind = Math.min(file.length, from + piece.length);
        changed.write(file, behind, file.length - behind);
      }
      case INSERT -> {
        changed.writeBytes(piece);
        changed.write(file, from, file.length - from);
      }
      case REPLACE -> {
        changed.writeBytes(piece);
        changed.write(file, to, file.length - to);
      }
      case REMOVE -> changed.write(file, to, file.length - to);
      case REPEAT -> {
        changed.write(file, from, to - from);
        changed.write(file, from, file.length - from);
      }
      case CUT_OFF -> {
        // Nothing follows.
      }
    }
    return changed.toByteArray();
  }
}
