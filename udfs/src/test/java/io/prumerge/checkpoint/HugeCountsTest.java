package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.prumerge.Goldens;
import io.prumerge.config.CheckpointException;
import io.prumerge.cost.CostModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever number stands in a config.json, the model is opened or refused in one line, at once and
 * with little memory: nothing is made as large as a number says before the weight files agree.
 */
class HugeCountsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long[] NUMBERS = {
    0,
    -1,
    Integer.MIN_VALUE,
    999,
    1_000_000,
    Integer.MAX_VALUE - 7,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 53,
    Long.MAX_VALUE
  };

  private static final long HEAP = 32 << 20;
  private static final long NANOSECONDS = 1_000_000_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoints/bf16",
        "layouts/llava",
        "families/next",
        "families/shikra",
        "onevision/tied",
        "opt/llava",
        "queries/instructblip",
        "queries/blip2",
      })
  void anyNumberIsReadOrRefusedAtOnce(String model) throws IOException {
    linked(Goldens.path(model), folder);
    if (Files.isDirectory(Goldens.path("layouts/clip")) && model.startsWith("layouts")) {
      linked(Goldens.path("layouts/clip"), Files.createDirectory(folder.resolve("clip")));
    }
    Path file = folder.resolve("config.json");
    JsonNode config = JSON.readTree(file.toFile());
    open(); // loads the classes
    List<String> refusals = new ArrayList<>();
    for (Number one : numbers(config)) {
      for (long number : NUMBERS) {
        one.set().accept(number);
        Files.write(file, JSON.writeValueAsBytes(config));
        String what = "%s: %s = %d".formatted(model, one.name(), number);
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        String refusal = open();
        assertThat(THREADS.getCurrentThreadCpuTime() - start).as(what).isLessThan(NANOSECONDS);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - bytes).as(what).isLessThan(HEAP);
        assertThat(refusal.lines()).as(what).hasSizeLessThan(2);
        refusals.add(refusal);
      }
      one.set().accept(one.value());
    }
    assertThat(refusals)
        .as("refusals")
        .anyMatch(refusal -> refusal.contains("at most 1000 but is"));
  }

  /** Opens the model, and counts its work by config.json alone; returns why not, if it does not. */
  private String open() {
    String refusal = "";
    try {
      CostModel.of(Checkpoint.configuration(folder)).decoder().prefill(600);
    } catch (CheckpointException | ArithmeticException e) {
      refusal = e.getMessage();
    }
    try {
      Checkpoint.open(folder);
    } catch (CheckpointException e) {
      refusal = e.getMessage();
    }
    return refusal;
  }

  /** A number somewhere in a document. */
  private record Number(String name, long value, LongConsumer set) {}

  private static List<Number> numbers(JsonNode node) {
    List<Number> found = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              name ->
                  add(
                      found,
                      name,
                      object.get(name),
                      value -> object.set(name, LongNode.valueOf(value))));
    } else if (node instanceof ArrayNode array) {
      IntStream.range(0, Math.min(2, array.size()))
          .forEach(
              i ->
                  add(found, "" + i, array.get(i), value -> array.set(i, LongNode.valueOf(value))));
    }
    return found;
  }

  private static void add(List<Number> found, String name, JsonNode value, LongConsumer set) {
    if (value.isIntegralNumber()) {
      found.add(new Number(name, value.longValue(), set));
    }
    numbers(value)
        .forEach(
            inner -> found.add(new Number(name + "." + inner.name(), inner.value(), inner.set())));
  }

  private static void linked(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (file.endsWith("config.json")) {
          Files.copy(file, to.resolve(file.getFileName()));
        } else {
          Files.createSymbolicLink(to.resolve(file.getFileName()), file);
        }
      }
    }
  }
}
