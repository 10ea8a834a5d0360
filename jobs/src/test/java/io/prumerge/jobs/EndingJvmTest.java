package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.EndingJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("process")
class EndingJvmTest {

  private static final int EXIT = 7;

  /** Has a command fail before this JVM ends, or meanwhile, as one that Ctrl+C stops. */
  public static void main(String[] args) throws InterruptedException {
    PrintWriter out = new PrintWriter(System.out, true);
    CountDownLatch over = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(over)));
    Thread ending = new Thread(() -> System.exit(EXIT));
    switch (args[0]) {
      case "before" -> Main.run(out, out, "list", "nonsense");
      case "meanwhile" -> {
        ending.start();
        while (!EndingJvm.hasBegun()) {
          Thread.sleep(5);
        }
        Main.run(out, out, "list", "nonsense");
        Main.run(
            out, out, "score", "--benchmark=pope", "--answers=/nowhere/a", "--source=/nowhere");
      }
      case "child" -> {
        Thread later =
            new Thread(
                () -> {
                  pause();
                  ending.start();
                });
        later.start();
        out.println(EndingJvm.explains(ofChild("exitCode=130: ")));
      }
      case "sick child" -> {
        out.println(EndingJvm.explains(ofChild("exitCode=2: ")));
        out.println(EndingJvm.explains(ofChild("exitCode=130: ")));
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
    over.countDown();
    System.exit(EXIT);
  }

  private static Exception ofChild(String end) {
    return new IllegalStateException(
        "Cannot start", new RuntimeException("Error while running command to get file: " + end));
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch over) {
    try {
      over.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String printed(String way) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                EndingJvmTest.class.getName(),
                way)
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isEqualTo(EXIT);
    return printed;
  }

  @ParameterizedTest
  @CsvSource({"meanwhile,''", "child,true", "sick child,'false\nfalse'"})
  void whatFailsByTheEndIsNotPrinted(String way, String expected)
      throws IOException, InterruptedException {
    assertThat(printed(way).strip()).isEqualTo(expected);
  }

  @Test
  void whatFailsBeforeIs() throws IOException, InterruptedException {
    assertThat(printed("before")).startsWith("prumerge-spark: ").contains("nonsense");
  }
}
