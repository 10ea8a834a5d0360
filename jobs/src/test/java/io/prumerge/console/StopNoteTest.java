package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StopNoteTest {

  /** Ends while one note is open and another closed. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true);
    Console console = new Console(out, out, 80);
    new StopNote(console, Wording.plain("open"));
    new StopNote(console, Wording.plain("closed")).close();
    out.println("working");
    System.exit(0);
  }

  @Test
  void isPrintedIfTheJvmEndsMeanwhile() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                StopNoteTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(printed.lines()).containsExactly("working", "open");
  }
}
