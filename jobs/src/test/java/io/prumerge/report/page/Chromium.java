package io.prumerge.report.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, controlled by the DevTools protocol. Records all network
 * requests and console messages of the page.
 */
public final class Chromium implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 240;
  private static final String LISTENING = "DevTools listening on ";

  private final Process process;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final WebSocket socket;
  private String session = "";
  private int last;

  private Chromium(Process process, WebSocket.Builder builder, URI address) {
    this.process = process;
    this.socket = builder.buildAsync(address, new Listener()).join();
  }

  /** Skips a test where there is none. */
  public static void needed() {
    assumeTrue(
        executable().isPresent(),
        "no Chromium on this machine; install one, or name it by the environment variable"
            + " CHROMIUM");
  }

  /** Returns its path: {@code $CHROMIUM}, or one of its usual names on the path. */
  public static Optional<Path> executable() {
    String named = System.getenv("CHROMIUM");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts Chromium with an empty profile.
   *
   * @param profile a new folder
   */
  public static Chromium start(Path executable, Path profile) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                executable.toString(),
                "--headless",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-breakpad",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--no-sandbox"); // it refuses to start otherwise
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      URI address = address(process);
      Chromium chromium =
          new Chromium(process, HttpClient.newHttpClient().newWebSocketBuilder(), address);
      chromium.attach();
      return chromium;
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static URI address(Process process) throws IOException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith(LISTENING)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("Chromium ended before it listened");
    }
    Thread drain = new Thread(() -> lines.lines().forEach(ignored -> {}), "chromium's output");
    drain.setDaemon(true);
    drain.start();
    return URI.create(line.substring(LISTENING.length()).strip());
  }

  private void attach() throws Exception {
    String target =
        call("Target.createTarget", Map.of("url", "about:blank")).path("targetId").asText();
    session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    for (String domain : List.of("Page", "Network", "Runtime", "Log")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Opens a URL and waits until it has loaded. */
  public void open(URI address) throws Exception {
    messages.clear();
    call("Page.navigate", Map.of("url", address.toString()));
    while (!"complete"
        .equals(evaluate("location.href === 'about:blank' ? '' : document.readyState"))) {
      Thread.sleep(50);
    }
  }

  /** Evaluates a JavaScript expression and returns its value as text. */
  public String evaluate(String expression) throws Exception {
    JsonNode answer =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value").asText();
  }

  /** Sets the size of the window and the preferred colour scheme. */
  public void look(int width, int height, boolean mobile, String scheme) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Returns the URLs that the page requested, without its own. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /**
   * Returns errors and warnings of the console, uncaught exceptions, and violations of the security
   * policy.
   */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  private JsonNode call(String method, Map<String, Object> parameters) throws Exception {
    int id = ++last;
    socket.sendText(
        JSON.writeValueAsString(
            session.isEmpty()
                ? Map.of("id", id, "method", method, "params", parameters)
                : Map.of("id", id, "method", method, "params", parameters, "sessionId", session)),
        true);
    while (true) {
      JsonNode message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IOException("Chromium does not answer " + method);
      }
      if (message.path("id").asInt() == id) {
        if (message.has("error")) {
          throw new IOException(method + ": " + message.path("error"));
        }
        return message.path("result");
      }
      keep(message);
    }
  }

  private void keep(JsonNode event) {
    JsonNode parameters = event.path("params");
    switch (event.path("method").asText()) {
      case "Network.requestWillBeSent" -> {
        if (!parameters.path("type").asText().equals("Document")) {
          requests.add(parameters.path("request").path("url").asText());
        }
      }
      case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(parameters.path("type").asText())) {
          complaints.add(parameters.toString());
        }
      }
      case "Log.entryAdded" -> complaints.add(parameters.path("entry").toString());
      default -> {}
    }
  }

  /** Ends Chromium and its child processes, which may write into the profile until they end. */
  @Override
  public void close() {
    socket.abort();
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    process.destroy();
    for (ProcessHandle one : all) {
      one.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  /** Joins the parts of messages and puts them into the queue. */
  private final class Listener implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean end) {
      text.append(part);
      if (end) {
        try {
          messages.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException("Chromium sent no JSON", e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
