package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkException;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads of exceptions that Java and libraries throw. */
class CauseTextTest {

  private record Document(String name) {}

  @TempDir private Path folder;

  private static AbstractStringAssert<?> said(ThrowingCallable code) {
    return assertThat(Problems.line(catchThrowable(code)));
  }

  @Test
  void saysWhatIsTheMatterWithAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("a file"), "\u00e4", StandardCharsets.ISO_8859_1);
    Path none = folder.resolve("none");

    said(() -> Files.readString(none)).isEqualTo(none + " does not exist");
    said(() -> new FileInputStream(none.toFile())).isEqualTo(none + " (No such file or directory)");
    said(() -> Files.createDirectory(file)).isEqualTo(file + " exists already");
    said(() -> Files.newDirectoryStream(file)).isEqualTo(file + " is not a folder");
    said(() -> Files.delete(folder)).isEqualTo(folder + " is not empty");
    said(() -> Files.createDirectory(file.resolve("b")))
        .isEqualTo(file.resolve("b") + ": Not a directory");
    said(() -> Files.readString(file)).startsWith("The text is not in the expected encoding");
    assertThat(Problems.line(new UncheckedIOException(new AccessDeniedException("/root/x"))))
        .isEqualTo("/root/x: permission denied");
    assertThat(Problems.line(new FileSystemException("/root/x")))
        .isEqualTo("FileSystemException: /root/x");
    assertThat(Problems.line(new EOFException())).endsWith("ends too early");
  }

  @Test
  void saysWhatIsTheMatterWithAText() {
    said(() -> Integer.parseInt("7 a")).isEqualTo("'7 a' is not a number");
    said(() -> Long.parseLong("")).isEqualTo("'' is not a number");
    said(() -> Double.parseDouble("")).isEqualTo("Not a number: empty String");
    said(() -> new ObjectMapper().readTree("{\n \"a\": }"))
        .startsWith("Not the expected JSON, at line 2, column 8: Unexpected character ('}'")
        .doesNotContain("Exception", "Source");
    said(() -> new ObjectMapper().readValue("[]", Document.class))
        .isEqualTo("Not the expected JSON, at line 1, column 1: Array is not what belongs here");
    said(() -> new ObjectMapper().readValue("[]", Integer.class))
        .startsWith("Not the expected JSON, at line 1, column 1: Cannot deserialize");
  }

  @Test
  void saysWhatIsMissing() {
    said(() -> Class.forName("org.apache.hadoop.fs.s3a.None"))
        .startsWith("Cannot find the Java class org.apache.hadoop.fs.s3a.None: the jar");
    assertThat(Problems.line(new ClassNotFoundException("Class a.b.C not found"))) // Hadoop's words
        .startsWith("Cannot find the Java class a.b.C: the jar");
    assertThat(Problems.line(new ConnectException()))
        .isEqualTo("Cannot connect: nothing answers at this address");
    assertThat(Problems.line(new NoClassDefFoundError("a/B")))
        .startsWith("Cannot find the Java class a.B: ");
    assertThat(Problems.line(new UnknownHostException("nn1")))
        .isEqualTo("Cannot find the host nn1");
    assertThat(Problems.line(new OutOfMemoryError("Java heap space")))
        .startsWith("There is not enough memory (Java heap space); give the process more: ");
  }

  @Test
  void takesASentenceAsItIs() {
    assertThat(Problems.line(new SparkException("Job 3 cancelled because of its stop\n\tat a.b")))
        .isEqualTo("Job 3 cancelled because of its stop");
    assertThat(Problems.line(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(Problems.line(new IllegalArgumentException("requirement failed: no port")))
        .isEqualTo("requirement failed: no port");
  }

  /** Who reports a fault of the program needs them. */
  @Test
  void keepsTheNamesOfFaults() {
    assertThat(Problems.line(new NullPointerException())).isEqualTo("NullPointerException");
    assertThat(Problems.line(new IllegalStateException("it is the wrong order")))
        .isEqualTo("IllegalStateException: it is the wrong order");
    assertThat(Problems.line(new IOException("b"))).isEqualTo("IOException: b");
    said(() -> Integer.parseInt(null)).startsWith("Not a number: ");
  }
}
