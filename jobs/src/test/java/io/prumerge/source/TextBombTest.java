package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small files that unpack to much more. */
class TextBombTest {

  private static final Configuration HADOOP = new Configuration();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int MEMBER = 1 << 20;

  /** Text and tree of a piece, with what growing arrays leave behind: less than a driver has. */
  private static final long HEAP = 60L * BoundedText.LONGEST;

  private static final List<String> BEGINNINGS =
      List.of("", "{\"", "[{\"a\": [", "{\"a\": [{\"b\": \"");

  private static final List<String> FILLINGS = List.of("a", "{},", " ");

  @TempDir private Path folder;

  /** What reads a text file. */
  private enum Reader {
    LINES {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        TextLines.read(file, HADOOP, line -> {});
      }
    },
    JSON_LINES {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonLines.read(file, HADOOP, line -> {});
      }
    },
    ARRAY {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonItems.array(file, HADOOP, line -> {});
      }
    },
    ARRAY_IN {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonItems.arrayIn(file, "questions", HADOOP, line -> {});
      }
    },
    FIELDS {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonItems.fields(file, HADOOP, (name, line) -> {});
      }
    },
    DOCUMENT {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonDocument.read(file, HADOOP);
      }
    },
    BEGINNING {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonBeginning.of(file, HADOOP);
      }
    },
    FIRST_OBJECT {
      @Override
      void read(org.apache.hadoop.fs.Path file) throws IOException {
        JsonBeginning.firstObject(file, HADOOP);
      }
    };

    abstract void read(org.apache.hadoop.fs.Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void noReaderHoldsMoreThanAPiece(Reader reader) throws IOException {
    List<String> refusals = new ArrayList<>();
    for (String beginning : BEGINNINGS) {
      for (String filling : FILLINGS) {
        org.apache.hadoop.fs.Path bomb = packed(beginning, filling, 20);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Throwable thrown = catchThrowable(() -> reader.read(bomb));
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;

        String what = "%s of %s and %s: %s".formatted(reader, beginning, filling, thrown);
        assertThat(taken).as(what).isLessThan(HEAP);
        if (thrown != null) {
          assertThat(thrown).as(what).isExactlyInstanceOf(DataException.class);
          refusals.add(thrown.getMessage());
        }
      }
    }
    assertThat(refusals).anyMatch(refusal -> refusal.contains(" of more than 16 MiB begins here"));
  }

  @Test
  void theLineIsNamed() throws IOException {
    org.apache.hadoop.fs.Path bomb = packed("{}\n\n{\"a\": \"", "a", 17);

    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> JsonLines.read(bomb, HADOOP, line -> {}))
        .withMessage(
            "bomb.jsonl.gz:3: a line or JSON element of more than 16 MiB begins here, unpacked; is it another file?");
  }

  /** What is not held may be of any length, and so may files of many pieces. */
  @Test
  void manyPiecesAreRead() throws IOException {
    org.apache.hadoop.fs.Path lines = packed("", "{\"id\":   1234}\r\n", 40);
    List<Integer> read = new ArrayList<>();
    JsonLines.read(lines, HADOOP, line -> read.add(line.number()));
    assertThat(read).hasSize(40 * MEMBER / 16);

    byte[] skipped = gzip("{\"info\": [0", "   , 0", 17);
    byte[] rest = gzip("], \"questions\": [{\"id\": 3}]}", "", 0);
    Path file = folder.resolve("questions.json.gz");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(skipped);
      out.write(rest);
    }
    List<JsonLine> items = new ArrayList<>();
    JsonItems.arrayIn(new org.apache.hadoop.fs.Path(file.toUri()), "questions", HADOOP, items::add);
    assertThat(items).hasSize(1);
  }

  private org.apache.hadoop.fs.Path packed(String beginning, String filling, int members)
      throws IOException {
    Path file = folder.resolve("bomb.jsonl.gz");
    Files.write(file, gzip(beginning, filling, members));
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  /** Gzip's members may stand one after the other: the same megabyte, as often as wanted. */
  private static byte[] gzip(String beginning, String filling, int members) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(member(beginning));
    if (members > 0) {
      byte[] one = member(filling.repeat(MEMBER / filling.length()));
      for (int i = 0; i < members; i++) {
        file.write(one);
      }
    }
    return file.toByteArray();
  }

  private static byte[] member(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
