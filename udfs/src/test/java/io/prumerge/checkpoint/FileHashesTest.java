package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class FileHashesTest {

  @TempDir private Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static String sha256(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFilesHashIsSha256sums() throws IOException {
    assertThat(together(List.of(file("a", "abc"))))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void severalFilesHashIsAShells() throws IOException, InterruptedException {
    List<Path> files =
        IntStream.range(0, 20).mapToObj(i -> folder.resolve("shard-" + (char) ('a' + i))).toList();
    for (Path file : files) {
      Files.writeString(file, file.toString().repeat(100_000));
    }
    Process shell =
        new ProcessBuilder("sh", "-c", "sha256sum shard-* | cut -d' ' -f1 | sha256sum")
            .directory(folder.toFile())
            .start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(printed).startsWith(together(files) + " ");
    assertThat(together(List.of(files.get(1), files.get(0))))
        .isNotEqualTo(together(files.subList(0, 2)));
  }

  /**
   * Of the same length, with the same time, under the same name; at once and after it settled.
   * Changed in place, for the first time and again, or replaced.
   */
  @Test
  void aKeptHashIsNeverAnotherFiles() throws IOException, InterruptedException {
    for (int pause : new int[] {0, 2_500}) {
      Path changed = file("changed", "one");
      Path again = file("again", "one");
      Path replaced = file("replaced", "one");
      FileTime time = Files.getLastModifiedTime(changed);
      for (Path file : List.of(changed, again, replaced)) {
        Files.setLastModifiedTime(file, time);
        assertThat(together(List.of(file))).isEqualTo(sha256("one"));
      }
      change(again, "two", time);
      Thread.sleep(pause);
      assertThat(together(List.of(changed))).isEqualTo(sha256("one"));
      assertThat(together(List.of(again))).isEqualTo(sha256("two"));
      assertThat(together(List.of(replaced))).isEqualTo(sha256("one"));

      change(changed, "two", time);
      change(again, "six", time);
      Path other = file("other", "ten");
      Files.setLastModifiedTime(other, time);
      Files.move(other, replaced, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(together(List.of(replaced))).isEqualTo(sha256("ten"));
    }
  }

  /** Changes a file in place, and sees that its hash is that of what it has now. */
  private static void change(Path file, String content, FileTime time) throws IOException {
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, time);
    assertThat(together(List.of(file))).isEqualTo(sha256(content));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileThatStaysIsReadOnce() throws IOException, InterruptedException {
    Path file = sparse("large", 256L << 20);
    Thread.sleep(2_500);
    assertThat(told(file).stream().mapToLong(Long::longValue).sum()).isEqualTo(256L << 20);
    assertThat(told(file)).as("kept").containsExactly(256L << 20);
  }

  @Test
  void readsAreToldOneByOne() throws IOException {
    int most = 0;
    // What is read before this thread waits is told at once: on a busy machine all of it.
    for (int file = 0; file < 50 && most < 8; file++) {
      most = told(sparse("large-" + file, 256L << 20)).size();
    }
    assertThat(most).isGreaterThanOrEqualTo(8);
  }

  private static List<Long> told(Path file) throws IOException {
    List<Long> told = Collections.synchronizedList(new ArrayList<>());
    FileHashes.begin(List.of(file)).each(told::add);
    return told;
  }

  /** A file of zeros that takes no room on the disk. */
  private Path sparse(String name, long bytes) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    return file;
  }

  /** As much is told as where all of it is read while somebody waits. */
  @Test
  void whatWasReadBeforeIsToldToo() throws IOException, InterruptedException {
    FileHashing begun = FileHashes.begin(List.of(file("a", "abc"), file("b", "")));
    Thread.sleep(200);
    List<Long> told = Collections.synchronizedList(new ArrayList<>());
    assertThat(begun.each(told::add)).containsExactly(sha256("abc"), sha256(""));
    assertThat(told).containsExactly(3L);
  }

  @Test
  void anInterruptEndsIt() throws IOException {
    Path file = sparse("a", 64L << 30); // takes far longer than the interrupt
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> together(List.of(file)));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    Path gone = folder.resolve("gone");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> together(List.of(file("a", "abc"), gone)))
        .withMessageContaining(gone.toString());
  }

  /** Also checks that each file's bytes are told, whether they are read or not. */
  private static String together(List<Path> files) throws IOException {
    AtomicLong told = new AtomicLong();
    String hash = FileHashes.together(FileHashes.begin(files).each(told::addAndGet));
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    assertThat(told).hasValue(bytes);
    return hash;
  }
}
