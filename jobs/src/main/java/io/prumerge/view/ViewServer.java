package io.prumerge.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prumerge.console.Problems;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.host.DaemonThreads;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import io.prumerge.report.page.PictureCopy;
import io.prumerge.report.page.SampledFrame;
import io.prumerge.report.page.ViewLink;
import io.prumerge.service.Unknown;
import io.prumerge.template.Templates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Serves the pages of a viewer to browsers that know its token, which is the first part of every
 * path. Answers only requests that name this machine as it was told to be named, so that no page of
 * another site reaches it under a name of its own.
 */
public final class ViewServer implements AutoCloseable {

  /** Requests that are worked on at a time; DuckDB uses all cores for each. */
  private static final int AT_WORK = 4;

  /**
   * Connections that are read or written at a time. Each has a thread, which a client holds that
   * sends or takes nothing, until its time is over.
   */
  private static final int CONNECTIONS = 64;

  /** Seconds in which a request must have come. */
  private static final int REQUEST_SECONDS = 10;

  /** Seconds in which it must be answered and the answer be taken. */
  private static final int ANSWER_SECONDS = 300;

  static {
    // Java reads them when it makes the first server of a JVM.
    System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_SECONDS));
    System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(ANSWER_SECONDS));
    // A body is not waited for: nothing here takes one.
    System.setProperty("sun.net.httpserver.drainAmount", "0");
  }

  private static final int TOKEN_BYTES = 24;

  /** What stands before a page in a link: host and token. */
  private static final Pattern LINK = Pattern.compile("^https?://[^/]*/[^/]*/");

  private static final String TABULATOR =
      "/META-INF/resources/webjars/tabulator-tables/6.3.1/dist/";

  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";

  /** Files of the class path, by the names in the pages. */
  private static final Map<String, Asset> ASSETS =
      Map.of(
          "report.css", new Asset("/io/prumerge/report/page/report.css", CSS),
          "tabulator.css", new Asset(TABULATOR + "css/tabulator_simple.min.css", CSS),
          "tabulator.js", new Asset(TABULATOR + "js/tabulator.min.js", SCRIPT),
          "icon.svg", new Asset("icon.svg", "image/svg+xml"),
          "view.css", new Asset("view.css", CSS),
          "view.js", new Asset("view.js", SCRIPT),
          "question.js", new Asset("question.js", SCRIPT));

  /** Everything that pages load comes from here; nothing may stand in them but what files say. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final Viewer viewer;
  private final ViewPages pages;
  private final byte[] token;
  private final Set<String> names;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Semaphore work = new Semaphore(AT_WORK);
  private final String name;
  private final ObjectMapper json = new ObjectMapper();

  private record Asset(String resource, String type) {}

  /**
   * What is sent.
   *
   * @param location where the browser is sent; empty if this is what it asked for
   */
  private record Answer(int code, String type, byte[] content, String location) {

    static Answer of(int code, String type, String content) {
      return new Answer(code, type, content.getBytes(StandardCharsets.UTF_8), "");
    }

    static Answer plain(int code, String text) {
      return of(code, "text/plain; charset=utf-8", text + "\n");
    }
  }

  private ViewServer(Viewer viewer, HttpServer server, String name, byte[] token) {
    this.viewer = viewer;
    this.pages = new ViewPages(viewer);
    this.server = server;
    this.name = name;
    this.token = token;
    this.names = new HashSet<>(List.of(name));
    if (server.getAddress().getAddress().isLoopbackAddress()) {
      names.addAll(List.of("127.0.0.1", "localhost"));
    }
    this.threads = Executors.newFixedThreadPool(CONNECTIONS, DaemonThreads.named("view"));
  }

  /**
   * Starts to serve.
   *
   * @param host name or address of this machine to listen at, by which browsers must call it
   * @param port 0: any free one
   */
  public static ViewServer start(Viewer viewer, String host, int port) throws IOException {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0);
    ViewServer view =
        new ViewServer(
            viewer,
            server,
            host.toLowerCase(Locale.ROOT),
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(token)
                .getBytes(StandardCharsets.US_ASCII));
    server.createContext("/", view::handle);
    server.setExecutor(view.threads);
    server.start();
    return view;
  }

  /**
   * Returns the address of a page.
   *
   * @param link of this viewer or another one, or what stands after the token in it; empty for the
   *     list
   * @throws UsageException if it is neither
   */
  public URI address(String link) {
    String page = LINK.matcher(link).replaceFirst("");
    try {
      return own(page);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          Wording.of(
              "%s '%s' is no link of a viewer's: give one in quotes, whole or what follows its"
                  + " token",
              Setting.AT, page),
          e);
    }
  }

  private URI own(String page) {
    String host = name.contains(":") ? "[" + name + "]" : name;
    return URI.create(
        Text.format(
            "http://%s:%d/%s/%s",
            host,
            server.getAddress().getPort(),
            new String(token, StandardCharsets.US_ASCII),
            page));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      work.acquireUninterruptibly();
      try {
        answer = answer(exchange);
      } catch (IllegalArgumentException e) {
        answer = Answer.plain(400, "Cannot show this link: " + e.getMessage());
      } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
        answer = Answer.plain(500, Problems.line(e));
      } finally {
        work.release();
      }
      Headers headers = exchange.getResponseHeaders();
      HEADERS.forEach(headers::set);
      headers.set("Content-Type", answer.type());
      if (!answer.location().isEmpty()) {
        headers.set("Location", answer.location());
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head || answer.content().length == 0) {
        exchange.sendResponseHeaders(answer.code(), -1);
      } else {
        exchange.sendResponseHeaders(answer.code(), answer.content().length);
        exchange.getResponseBody().write(answer.content());
      }
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (!isCalledByName(exchange.getRequestHeaders().get("Host"))) {
      return Answer.plain(403, "This viewer is not called so; use the link that it printed.");
    }
    String path = exchange.getRequestURI().getRawPath();
    int end = path.indexOf('/', 1);
    String given = path.substring(1, end < 0 ? path.length() : end);
    if (end < 0 || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token)) {
      return Answer.plain(
          403,
          "This address lacks the viewer's token; open the one that the command view printed.");
    }
    if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
      return Answer.plain(405, "This viewer only shows.");
    }
    String page = path.substring(end + 1);
    QueryParameters link = QueryParameters.parse(exchange.getRequestURI().getRawQuery());
    Asset asset = ASSETS.get(page);
    if (asset != null) {
      return Answer.of(200, asset.type(), Templates.resource(ViewServer.class, asset.resource()));
    }
    return switch (page) {
      case "" -> Answer.of(200, HTML, pages.list(link));
      case "questions" -> Answer.of(200, JSON, json.writeValueAsString(questions(link)));
      case "count" -> Answer.of(200, JSON, json.writeValueAsString(count(link)));
      case "choices" -> Answer.of(200, JSON, json.writeValueAsString(viewer.list().choices()));
      case "question" ->
          pages
              .question(link)
              .map(html -> Answer.of(200, HTML, html))
              .orElseGet(ViewServer::absent);
      case "step" -> step(link);
      case "picture" -> picture(link);
      default -> absent();
    };
  }

  private static Answer absent() {
    return Answer.plain(404, "These runs have no such question or page.");
  }

  private boolean isCalledByName(List<String> hosts) {
    if (hosts == null || hosts.size() != 1) {
      return false;
    }
    String host = hosts.get(0).toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    return names.contains(host.replaceFirst("^\\[(.*)]$", "$1"));
  }

  private Map<String, Object> count(QueryParameters link) throws IOException {
    return Map.of("count", viewer.list().count(filter(link)));
  }

  private QuestionFilter filter(QueryParameters link) {
    return QuestionFilter.of(link, viewer.methods());
  }

  private static PageSide side(QueryParameters link) {
    return link.text("page")
        .map(page -> Unknown.choice(PageSide.class, "page", page))
        .orElse(PageSide.AFTER);
  }

  private Map<String, Object> questions(QueryParameters link) throws IOException {
    QuestionPage page = viewer.list().page(filter(link), QuestionKey.of(link), side(link));
    Map<String, String> chosen = new LinkedHashMap<>();
    QuestionFilter.copy(link, chosen);
    List<QuestionLine> rows = page.rows();
    List<Map<String, Object>> lines = new ArrayList<>();
    for (QuestionLine row : rows) {
      lines.add(line(row, chosen));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("methods", viewer.methods().names());
    document.put("rows", lines);
    if (page.before() && !rows.isEmpty()) {
      document.put("before", "?" + link(rows.get(0), chosen) + "&page=before");
    }
    if (page.after() && !rows.isEmpty()) {
      document.put("after", "?" + link(rows.get(rows.size() - 1), chosen) + "&page=after");
    }
    return document;
  }

  private static String link(QuestionLine row, Map<String, String> chosen) {
    Map<String, String> link = new LinkedHashMap<>(chosen);
    row.key().addTo(link);
    return ViewLink.parameters(link);
  }

  private Map<String, Object> line(QuestionLine row, Map<String, String> chosen) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("link", "question?" + link(row, chosen));
    line.put("place", row.key().benchmark() + " " + row.key().split());
    line.put("id", row.key().id());
    line.put("prompt", row.prompt());
    line.put("category", row.category());
    if (row.video() != null) {
      List<String> said = new ArrayList<>(List.of(row.video()));
      row.answers().keySet().stream()
          .sorted() // as the runs are, not as the answers came
          .map(viewer.methods()::protocol)
          .filter(protocol -> !protocol.isEmpty())
          .distinct()
          .forEach(said::add);
      line.put("video", String.join(" · ", said));
    }
    line.put("truth", row.truth());
    Map<Integer, Object> answers = new LinkedHashMap<>();
    row.answers().forEach((method, answer) -> answers.put(method, answer(answer)));
    line.put("answers", answers);
    return line;
  }

  private static Map<String, Object> answer(ListedAnswer answer) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("mark", answer.grade().mark());
    said.put("style", answer.grade().style());
    said.put("said", answer.said());
    said.put("tokens", answer.tokens());
    return said;
  }

  /**
   * Sends the browser to the question before or after one, or to the same one at the list's end.
   */
  private Answer step(QueryParameters link) throws IOException {
    QuestionKey from = QuestionKey.named(link);
    Map<String, String> chosen = new LinkedHashMap<>();
    QuestionFilter.copy(link, chosen);
    viewer.list().next(filter(link), from, side(link)).orElse(from).addTo(chosen);
    return new Answer(302, HTML, new byte[0], "question?" + ViewLink.parameters(chosen));
  }

  private Answer picture(QueryParameters link) throws IOException {
    Optional<OneQuestion> question = viewer.question(QuestionKey.named(link));
    if (question.isEmpty()) {
      return absent();
    }
    int number = Math.max(0, link.number("number").orElse(0.0).intValue());
    Optional<String> protocol = link.text("protocol");
    if (protocol.isPresent()) {
      return viewer
          .video(question.get(), protocol.get())
          .flatMap(video -> video.frames().stream().filter(f -> f.number() == number).findFirst())
          .map(SampledFrame::copy)
          .flatMap(ViewServer::shown)
          .orElseGet(ViewServer::absent);
    }
    ImageAspect aspect =
        Unknown.choice(ImageAspect.class, "aspect", link.text("aspect").orElse(""));
    return viewer
        .picture(question.get(), aspect, number)
        .flatMap(ViewServer::shown)
        .orElseGet(ViewServer::absent);
  }

  private static Optional<Answer> shown(PictureCopy copy) {
    return copy.picture().map(one -> new Answer(200, one.type(), one.bytes(), ""));
  }

  /** Stops to serve. The viewer stays open. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
