package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class EngineStressTest {

  private static final int THREADS = 16;
  private static final int REQUESTS = 25;

  /** In a JVM of its own, for its heap. */
  @Test
  void everyRequestOfSixteenThreadsEndsOnceAndNothingLeaks() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream.of(System.getProperty("jvm.tests", "").split(" +"))
        .filter(option -> !option.isBlank())
        .forEach(command::add);
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            EngineStress.class.getName(),
            Integer.toString(THREADS),
            Integer.toString(REQUESTS),
            "7"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Matcher found =
        Pattern.compile(
                "answered (\\d+) typed (\\d+) failed (\\d+) cancelled (\\d+) released (\\d+) open"
                    + " (\\d+)")
            .matcher(output);
    assertThat(found.find()).as(output).isTrue();
    int total = THREADS * REQUESTS;
    int ended = 0;
    for (int outcome = 1; outcome <= 4; outcome++) {
      int count = Integer.parseInt(found.group(outcome));
      assertThat(count).as(output).isPositive();
      ended += count;
    }
    assertThat(ended).as(output).isEqualTo(total);
    assertThat(found.group(5)).as(output).isEqualTo(Integer.toString(total));
    assertThat(found.group(6)).as(output).isEqualTo("0");
  }
}
