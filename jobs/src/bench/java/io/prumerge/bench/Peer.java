package io.prumerge.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.torch.Precision;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Python process with a peer's model in it, one of the scripts in {@code notebooks/bench}; one
 * request and one answer a line. Where it cannot be had, or once it has failed to answer, every
 * request fails with the reason.
 */
final class Peer implements AutoCloseable {

  // An export of 14 GB for OpenVINO, and its compilation, take many minutes.
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader in;
  private final BufferedWriter out;
  private final JsonNode versions;
  private String absence;

  private Peer(Process process, Path log) {
    this.process = process;
    this.in = process.inputReader(StandardCharsets.UTF_8);
    this.out = process.outputWriter(StandardCharsets.UTF_8);
    JsonNode greeting = JSON.createObjectNode();
    try {
      greeting = answer();
    } catch (PeerException e) {
      absence = lastLine(log).orElse(e.getMessage());
    }
    this.versions = greeting;
  }

  private Peer(String absence) {
    this.process = null;
    this.in = null;
    this.out = null;
    this.versions = JSON.createObjectNode();
    this.absence = absence;
  }

  /**
   * Starts the process, which takes the time that importing torch takes.
   *
   * @param name of the script, without its ending
   * @param root the repository
   * @param folder gets what it writes to its error stream
   */
  static Peer start(String python, String name, Path root, int threads, Path folder) {
    Path script = root.resolve("notebooks/bench").resolve(name + ".py");
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(python, script.toString(), "--threads", String.valueOf(threads));
    builder.redirectError(new File(log.toString()));
    try {
      return new Peer(builder.start(), log);
    } catch (IOException e) {
      return new Peer("cannot start " + python + ": " + e.getMessage());
    }
  }

  /** Versions of Python and its packages; empty where there is no peer. */
  JsonNode versions() {
    return versions;
  }

  /** Loads a checkpoint in place of the one before, to the device that the engine uses. */
  void load(Path model, Precision precision, Device device) throws PeerException {
    String dtype =
        switch (precision) {
          case FP32 -> "float32";
          case BF16 -> "bfloat16";
          case FP16 -> "float16";
        };
    ask(
        Map.of(
            "op",
            "load",
            "model",
            model.toAbsolutePath().toString(),
            "dtype",
            dtype,
            "device",
            device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu"));
  }

  /** LLaVA's evaluation loop, one question after another. */
  PeerAnswers loop(Workload work, String method) throws PeerException {
    return PeerAnswers.of(
        ask(
            Map.of(
                "op", "loop",
                "images", work.paths(),
                "questions", work.questions(),
                "method", method,
                "max_new_tokens", work.maxNewTokens())));
  }

  /** Padded batches. */
  PeerAnswers batched(Workload work, int batch) throws PeerException {
    return PeerAnswers.of(
        ask(
            Map.of(
                "op", "batched",
                "images", work.paths(),
                "questions", work.questions(),
                "batch", batch,
                "max_new_tokens", work.maxNewTokens())));
  }

  /** The answers of {@link #loop} and the memory that they took. */
  MemoryPeak peak(Workload work) throws PeerException {
    return MemoryPeak.of(
        ask(
            Map.of(
                "op", "peak",
                "images", work.paths(),
                "questions", work.questions(),
                "max_new_tokens", work.maxNewTokens())));
  }

  /** Seconds of {@code tower}, {@code prefill} and one decoding {@code step}, by themselves. */
  JsonNode stages(AskedImage image, int steps) throws PeerException {
    return ask(
        Map.of(
            "op",
            "stages",
            "image",
            image.paths(),
            "question",
            image.questions().get(0),
            "steps",
            steps));
  }

  private JsonNode ask(Map<String, Object> request) throws PeerException {
    if (absence != null) {
      throw new PeerException(absence);
    }
    try {
      out.write(JSON.writeValueAsString(request));
      out.newLine();
      out.flush();
    } catch (IOException e) {
      throw gone("it has ended");
    }
    JsonNode answer = answer();
    if (answer.has("error")) {
      throw new PeerException(answer.get("error").asText());
    }
    return answer;
  }

  private JsonNode answer() throws PeerException {
    CompletableFuture<String> line = CompletableFuture.supplyAsync(this::readLine);
    try {
      String text = line.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (text == null) {
        throw gone(ended());
      }
      return JSON.readTree(text);
    } catch (TimeoutException e) {
      throw gone("no answer within " + PATIENCE.toMinutes() + " minutes");
    } catch (ExecutionException | IOException e) {
      throw gone(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone("interrupted");
    }
  }

  // 137 is what the system's killing it for memory leaves.
  private String ended() throws InterruptedException {
    return process.waitFor(1, TimeUnit.SECONDS)
        ? "it has ended with " + process.exitValue()
        : "it has ended";
  }

  private PeerException gone(String reason) {
    absence = reason;
    process.destroyForcibly();
    return new PeerException(reason);
  }

  private String readLine() {
    try {
      return in.readLine();
    } catch (IOException e) {
      return null; // as an end of the process
    }
  }

  // Of a Python that fails to import something, the last line says what.
  private static Optional<String> lastLine(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.stream().filter(line -> !line.isBlank()).reduce((first, last) -> last);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
    }
  }
}
