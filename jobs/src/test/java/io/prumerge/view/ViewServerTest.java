package io.prumerge.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.source.ParquetFixture;
import io.prumerge.store.Folders;
import io.prumerge.view.Viewer.LocalFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.format.CompressionCodec;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The viewer's requests: what is found, what is refused, and what texts become. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViewServerTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final int QUESTIONS = 120;
  private static final String LONG = "long ".repeat(20_000);
  private static final String RIGHT_TO_LEFT = "\u202eשלום\u202c عالم";
  private static final String HOSTILE =
      "</script><script>alert(1)</script>\" onload=\"alert(1)' {{title}} {{{style}}} \u001b[31m";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  private Path run;
  private Viewer viewer;
  private ViewServer server;

  @BeforeAll
  void start() throws Exception {
    WrittenRun written = new WrittenRun(folder);
    for (int i = 0; i < QUESTIONS; i++) {
      String id = String.format(Locale.ROOT, "q%03d", i);
      written
          .answer(id, "Is it " + i + "?", "none", i % 2 == 0 ? "yes" : "no", 144)
          .answer(id, "Is it " + i + "?", "prumerge", i % 3 == 0 ? "yes" : "no", 10 + i % 7);
    }
    written
        .answer("broken", "Is it broken?", "none", "image_corrupt: bytes", 144)
        .answer("broken", "Is it broken?", "prumerge", "image_corrupt: bytes", 10)
        .answer("evil" + HOSTILE, HOSTILE, "none", HOSTILE, 144)
        .answer("evil" + HOSTILE, HOSTILE, "prumerge", LONG, 10)
        .answer("rtl", RIGHT_TO_LEFT, "none", RIGHT_TO_LEFT, 144)
        .answer("rtl", RIGHT_TO_LEFT, "prumerge", "", 10);
    run = written.write();
    viewer = open(List.of());
    server = ViewServer.start(viewer, "127.0.0.1", 0);
  }

  private Viewer open(List<String> examples) throws IOException {
    return open(run, examples);
  }

  private static Viewer open(Path run, List<String> examples) throws IOException {
    return OpenViewer.of(run.toString(), examples, LocalSpark.unused());
  }

  @AfterAll
  void stop() {
    server.close();
    viewer.close();
  }

  private HttpResponse<String> get(String page) throws Exception {
    return get(server, page);
  }

  private static HttpResponse<String> get(ViewServer server, String page) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(server.address(page)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private JsonNode json(String page) throws Exception {
    return json(server, page);
  }

  private static JsonNode json(ViewServer server, String page) throws Exception {
    HttpResponse<String> answer = get(server, page);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String question(String id) {
    return "question?at.benchmark=pope&at.split=test&at.id=" + encoded(id);
  }

  private static List<String> ids(JsonNode page) {
    List<String> ids = new ArrayList<>();
    page.get("rows").forEach(row -> ids.add(row.get("id").asText()));
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "'', 123",
    "benchmark=pope&split=test&category=random, 123",
    "benchmark=mme, 0",
    "right=none&wrong=prumerge, 40",
    "right=prumerge&wrong=none, 20",
    "method=none&result=right, 60",
    "method=none&result=wrong, 63",
    "result=right, 80",
    "error=any, 1",
    "error=none, 122",
    "error=image_corrupt, 1",
    "error=image_missing, 0",
    "min=11&max=12, 34",
    "method=none&min=11&max=12, 0",
    "method=prumerge&min=16&result=right, 6",
    "text=IS+IT+1%3F, 1",
    "text=q01, 10",
    "text=long+long, 1",
    "text=%27%3B+DROP+VIEW+predictions%3B+--, 0",
    "text=%25, 0"
  })
  void findsQuestions(String filter, int expected) throws Exception {
    assertThat(json("count?" + filter).get("count").asInt()).isEqualTo(expected);
    assertThat(ids(json("questions?" + filter))).hasSize(Math.min(expected, QuestionList.PAGE));
  }

  /** Each question stands on one page, whatever the order, and the way back is the same. */
  @ParameterizedTest
  @ValueSource(strings = {"", "right", "-right", "tokens", "-tokens"})
  void pagesHoldEachQuestionOnce(String sort) throws Exception {
    List<List<String>> pages = new ArrayList<>();
    JsonNode page = json("questions?sort=" + sort);
    assertThat(page.has("before")).isFalse();
    pages.add(ids(page));
    while (page.has("after")) {
      page = json("questions" + page.get("after").asText());
      pages.add(ids(page));
    }
    assertThat(pages.stream().flatMap(List::stream)).hasSize(QUESTIONS + 3).doesNotHaveDuplicates();

    page = json("questions" + page.get("before").asText());
    assertThat(ids(page)).isEqualTo(pages.get(1));
    page = json("questions" + page.get("before").asText());
    assertThat(ids(page)).isEqualTo(pages.get(0));
    assertThat(page.has("before")).isFalse();
  }

  /** Numbers in their order, then texts, those too long for a number among them; both ways. */
  @Test
  void idsOfDigitsSortAsNumbers() throws Exception {
    List<String> sorted = new ArrayList<>(List.of("2", "007", "7", "10", "999999999999999999"));
    sorted.addAll(List.of("+1", "-5", "1000000000000000000", "1e3", "q1", "q10", "q2"));
    WrittenRun written = new WrittenRun(Files.createDirectory(folder.resolve("numbered")));
    List<String> mixed = new ArrayList<>(sorted);
    Collections.shuffle(mixed, new Random(5));
    for (String id : mixed) {
      written.answer(id, "Is it " + id + "?", "none", "yes", 144);
    }
    for (int i = 20; i < 120; i++) {
      written.answer("" + i, "Is it " + i + "?", "none", "no", 144);
      sorted.add(i - 20 + 4, "" + i);
    }
    try (Viewer other = open(written.write(), List.of());
        ViewServer numbered = ViewServer.start(other, "127.0.0.1", 0)) {
      List<String> forth = new ArrayList<>();
      JsonNode page = json(numbered, "questions");
      forth.addAll(ids(page));
      while (page.has("after")) {
        page = json(numbered, "questions" + page.get("after").asText());
        forth.addAll(ids(page));
      }
      assertThat(forth).containsExactlyElementsOf(sorted);

      List<String> back = new ArrayList<>(ids(page));
      while (page.has("before")) {
        page = json(numbered, "questions" + page.get("before").asText());
        back.addAll(0, ids(page));
      }
      assertThat(back).containsExactlyElementsOf(sorted);
    }
  }

  @Test
  void sortsByRightAnswers() throws Exception {
    JsonNode first = json("questions?sort=-right&text=is+it").get("rows").get(0);

    assertThat(first.get("id").asText()).isEqualTo("q000");
    assertThat(first.get("answers").get("0").get("mark").asText()).isEqualTo("✓");
    assertThat(first.get("answers").get("1").get("mark").asText()).isEqualTo("✓");
    assertThat(first.get("truth").asText()).isEqualTo("yes");
  }

  @Test
  void stepsThroughTheListThatAQuestionIsOf() throws Exception {
    String step = question("q002").replace("question?", "step?right=none&wrong=prumerge&");

    assertThat(get(step + "&page=after").headers().firstValue("Location"))
        .contains("question?right=none&wrong=prumerge&at.benchmark=pope&at.split=test&at.id=q004");
    assertThat(get(step + "&page=before").headers().firstValue("Location"))
        .as("the first one stays")
        .contains("question?right=none&wrong=prumerge&at.benchmark=pope&at.split=test&at.id=q002");
  }

  @Test
  void anotherViewersLinkIsAPageOfThisOne() {
    String page = question("q002") + "&right=none";

    assertThat(server.address("http://127.0.0.1:1/token/" + page)).isEqualTo(server.address(page));
    assertThat(server.address("http://host/token/")).isEqualTo(server.address(""));
    assertThatThrownBy(() -> server.address("question?text=two words"))
        .hasMessageContaining("is no link of a viewer's");
  }

  @Test
  void listsWhatCanBeChosen() throws Exception {
    JsonNode choices = json("choices");

    assertThat(choices.get("places").get(0).get("category").asText()).isEqualTo("random");
    assertThat(choices.get("errors").get(0).get("kind").asText()).isEqualTo("image_corrupt");
    assertThat(choices.get("errors").get(0).get("answers").asInt()).isEqualTo(2);
  }

  @Test
  void showsAnswersWithPictureAndPatches() throws Exception {
    String page = get(question("q001")).body();

    assertThat(page).contains("Is it 1?", "11 of 144", "M1 0h11v1h-11z", "prefill 2.5 ms");
    String picture =
        page.replaceFirst("(?s).*href=\"(picture[^\"]*)\".*", "$1")
            .replace("&amp;", "&")
            .replace("&#x3D;", "=");
    HttpResponse<String> answer = get(picture);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
  }

  /**
   * LLaVA-NeXT sees a picture twice as wide as high whole, in 4 x 4 patches, and in two tiles: 16
   * to 31 and 32 to 47.
   */
  @Test
  void showsKeptPatchesOfTiles() throws Exception {
    Path model = ROOT.resolve("udfs/src/test/resources/goldens/tiles/next");
    WrittenRun.Patches patches = new WrittenRun.Patches(48, List.of(0, 16, 43));
    Path tiled =
        new WrittenRun(Files.createDirectory(folder.resolve("tiled")))
            .tiled(model)
            .answer("q", "What is it?", "none", "yes", 48, patches)
            .answer("q", "What is it?", "prumerge", "no", 3, patches)
            .write();
    try (Viewer other = open(tiled, List.of());
        ViewServer tiles = ViewServer.start(other, "127.0.0.1", 0)) {
      String page = get(tiles, question("q")).body();

      assertThat(page.split("viewBox=\"0 0 4 4\"")).as("the whole, by each method").hasSize(3);
      assertThat(page.split("viewBox=\"0 0 8 4\"")).as("the tiles, likewise").hasSize(3);
      assertThat(page)
          .contains("\"M1 0h3v1h-3zM0 1h4v1h-4zM0 2h4v1h-4zM0 3h4v1h-4z\"")
          .contains("\"M1 0h7v1h-7zM0 1h8v1h-8zM0 2h7v1h-7zM0 3h8v1h-8z\"")
          .contains("\"M4 0v4\"")
          .doesNotContain("are not drawn");
    }
  }

  @Test
  void showsAllElseWithoutPictures() throws Exception {
    Path none = Files.createDirectory(folder.resolve("none"));
    try (Viewer other = open(List.of(none.toString()));
        ViewServer blind = ViewServer.start(other, "127.0.0.1", 0)) {
      HttpResponse<String> page =
          CLIENT.send(
              HttpRequest.newBuilder(blind.address(question("q001"))).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("Is it 1?", "The picture is not here", "has no Parquet");
    }
  }

  @Test
  void saysWhyAHugePictureIsNotShown() throws Exception {
    Path huge = Files.createDirectory(folder.resolve("huge"));
    ByteBuffer webp = ByteBuffer.allocate(34).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(26);
    webp.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(14).put((byte) 0x2f);
    webp.putInt(9_399 | 9_399 << 14);
    try (Connection duck = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT * REPLACE (from_hex('%s') AS image) FROM '%s') TO '%s'"
              .formatted(
                  HexFormat.of().formatHex(webp.array()),
                  run.resolveSibling("examples").resolve("part-0.parquet"),
                  huge.resolve("part-0.parquet")));
    }
    try (Viewer other = open(List.of(huge.toString()));
        ViewServer server = ViewServer.start(other, "127.0.0.1", 0)) {
      HttpResponse<String> page = get(server, question("q001"));

      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body())
          .contains("Is it 1?", "11 of 144", "The picture is not shown: WEBP header says 9400x9400")
          .doesNotContain("href=\"picture");
    }
  }

  @Test
  void textsStayTexts() throws Exception {
    String page = get(question("evil" + HOSTILE)).body();

    assertThat(page)
        .contains("&lt;/script&gt;&lt;script&gt;alert(1)")
        .contains(LONG.strip())
        .doesNotContain("<script>alert", "\" onload=\"", "\u001b");
    assertThat(get(question("rtl")).body()).contains("<bdi>" + RIGHT_TO_LEFT + "</bdi>");
    JsonNode rows = json("questions?text=evil").get("rows");
    assertThat(rows.get(0).get("prompt").asText()).isEqualTo(HOSTILE);
    assertThat(rows.get(0).get("answers").get("1").get("said").asText()).hasSizeLessThan(300);
  }

  /** What runs call things, of any length and in any direction. */
  @Test
  void namesStayTextsToo() throws Exception {
    String tag = "<img src=x onerror=alert(1)>";
    WrittenRun.Names names =
        new WrittenRun.Names(
            RIGHT_TO_LEFT + tag, tag + "&copy;", LONG + "</select><b>", RIGHT_TO_LEFT + HOSTILE);
    String id = RIGHT_TO_LEFT + "n".repeat(100_000) + tag;
    Path named =
        new WrittenRun(Files.createDirectory(folder.resolve("names")), names)
            .answer(id, LONG + tag, "none", RIGHT_TO_LEFT + LONG, 144)
            .answer(id, LONG + tag, "prumerge", tag + ": " + LONG, 10)
            .write();
    try (Viewer other = open(named, List.of());
        ViewServer hostile = ViewServer.start(other, "127.0.0.1", 0)) {
      String list = get(hostile, "").body();
      JsonNode row = json(hostile, "questions").get("rows").get(0);
      JsonNode choices = json(hostile, "choices").get("places").get(0);
      String page = get(hostile, row.get("link").asText()).body();

      assertThat(list).contains("<h1><bdi>" + RIGHT_TO_LEFT + "&lt;img src").doesNotContain("<img");
      assertThat(row.get("id").asText()).isEqualTo(id);
      assertThat(row.get("prompt").asText()).hasSizeLessThan(300);
      assertThat(choices.get("benchmark").asText()).isEqualTo(names.benchmark());
      assertThat(choices.get("category").asText()).isEqualTo(names.category());
      assertThat(page)
          .contains(LONG + "&lt;img src", "n".repeat(100_000) + "&lt;img src")
          .contains("&amp;copy;", "&lt;/select&gt;&lt;b&gt;", "&lt;/script&gt;&lt;script&gt;")
          .doesNotContain("<img", "<b>", "<script>alert", "\u001b");
    }
  }

  @Test
  void aStrangersRequestIsRefused() throws Exception {
    String address = server.address("").toString();
    String base = address.replaceFirst("(://[^/]*/).*", "$1");
    List<String> strangers =
        List.of(
            base,
            base + "report.css",
            base + "x".repeat(32) + "/",
            address.substring(0, address.length() - 2) + "/",
            address.substring(0, address.length() - 1),
            base + "x/../" + address.substring(base.length()));
    for (String stranger : strangers) {
      HttpResponse<String> answer =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(stranger)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(stranger).isEqualTo(403);
      assertThat(answer.body()).doesNotContain("llava");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 200",
    "localhost:8080, 200",
    "LOCALHOST, 200",
    "evil.example, 403",
    "127.0.0.1.evil.example, 403",
    "localhost@evil.example, 403",
    "'', 403"
  })
  void isCalledByItsName(String host, int code) throws Exception {
    URI address = server.address("");
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String request = "GET " + address.getRawPath() + " HTTP/1.1\r\nHost: " + host + "\r\n";
      socket
          .getOutputStream()
          .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 " + code);
    }
  }

  /** In a JVM of its own: Java reads the limits of its servers once. */
  @Test
  @Tag("process")
  void unfinishedRequestsStopNobody() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                UnfinishedRequests.class.getName(),
                run.toString(),
                "200")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said)
        .contains("with 10 of them: HTTP/1.1 200 OK", "with 200 of them: HTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @CsvSource({
    "questions?method=prumerg, 400",
    "questions?min=many, 400",
    "questions?sort=answer, 400",
    "questions?result=good, 400",
    "question, 400",
    "question?at.id=nobody, 404",
    "nothing, 404",
    "..%2f..%2fetc%2fpasswd, 404"
  })
  void wrongLinksAreSaid(String page, int code) throws Exception {
    assertThat(get(page).statusCode()).isEqualTo(code);
  }

  @Test
  void pagesLoadNothingFromElsewhere() throws Exception {
    for (String page : List.of("", "questions", question("q001"), "tabulator.js", "nothing")) {
      HttpResponse<String> answer = get(page);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; script-src 'self';")
          .doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }
    // On a connection of its own: a POST is not sent again where the server has just closed it.
    HttpResponse<String> post =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.address(""))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
  }

  /** What keeps a hole in a query from becoming one in the machine. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT content FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/prumerge-view-test.csv'",
        "INSTALL httpfs",
        "SET enable_external_access = true"
      })
  void theDatabaseReadsNoOtherFile(String statement) throws Exception {
    try (AnswerDatabase database = AnswerDatabase.open(parts(), Benchmarks.KNOWN, folder)) {
      assertThatThrownBy(() -> database.rows(new Query().add(statement), row -> row.getString(1)))
          .hasMessageContaining("configuration");
    }
  }

  /** A pattern would find the file next to it too. */
  @Test
  void theDatabaseTakesNoNameForAPattern() throws Exception {
    Query rows = new Query().add("SELECT count(*) FROM predictions");
    long own;
    try (AnswerDatabase database = AnswerDatabase.open(parts(), Benchmarks.KNOWN, folder)) {
      own = database.rows(rows, row -> row.getLong(1)).get(0);
    }
    for (String name : List.of("a?[1]*{b,c}", "ax1{b,c}", "ax1*{b,c}")) {
      for (String table : List.of("predictions", "scores")) {
        Path to = folder.resolve(name).resolve(table).resolve("part-0.parquet");
        Files.createDirectories(to.getParent());
        Files.copy(run.resolve(table).resolve("part-0.parquet"), to);
      }
    }
    Path odd = folder.resolve("a?[1]*{b,c}");
    AnswerTableFiles files =
        new AnswerTableFiles(
            List.of(odd.resolve("predictions/part-0.parquet").toString()),
            List.of(odd.resolve("scores/part-0.parquet").toString()));

    try (AnswerDatabase database =
        AnswerDatabase.open(files, Benchmarks.KNOWN, folder.resolve("scratch"))) {
      assertThat(database.rows(rows, row -> row.getLong(1))).containsExactly(own);
    }
  }

  private AnswerTableFiles parts() {
    return new AnswerTableFiles(
        List.of(run.resolve("predictions").resolve("part-0.parquet").toString()),
        List.of(run.resolve("scores").resolve("part-0.parquet").toString()));
  }

  @Test
  void theDatabaseHasItsLimits() throws Exception {
    Path scratch = folder.resolve("limits");
    Query settings =
        new Query()
            .add("SELECT name || ' ' || value FROM duckdb_settings() WHERE name IN (")
            .add("'memory_limit', 'temp_directory', 'autoinstall_known_extensions',")
            .add("'autoload_known_extensions', 'enable_external_access') ORDER BY name");
    try (AnswerDatabase database = AnswerDatabase.open(parts(), Benchmarks.KNOWN, scratch)) {
      assertThat(database.rows(settings, row -> row.getString(1)))
          .containsExactly(
              "autoinstall_known_extensions false",
              "autoload_known_extensions false",
              "enable_external_access false",
              "memory_limit 572.2 MiB",
              "temp_directory " + scratch.resolve("spill"));
    }
  }

  /** DuckDB's Brotli writes beyond its memory where a file is made for that (CVE-2026-111497). */
  @ParameterizedTest
  @ValueSource(strings = {"predictions", "scores"})
  void aFileOfACodecThatIsNotSafeIsRefused(String table) throws Exception {
    Path crafted = folder.resolve("brotli-" + table + ".parquet");
    Files.copy(run.resolve(table).resolve("part-0.parquet"), crafted);
    ParquetFixture.change(
        crafted,
        footer ->
            footer
                .getRow_groups()
                .get(0)
                .getColumns()
                .get(1)
                .getMeta_data()
                .setCodec(CompressionCodec.BROTLI));
    AnswerTableFiles files =
        table.equals("scores")
            ? new AnswerTableFiles(parts().predictions(), List.of(crafted.toString()))
            : new AnswerTableFiles(List.of(crafted.toString()), parts().scores());

    assertThatThrownBy(() -> AnswerDatabase.open(files, Benchmarks.KNOWN, folder))
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll(crafted.toString(), "BROTLI", "CVE-2026-111497", "zstd");
  }

  /** A run that Spark wrote, as all runs are: Parquet's rewriter does not read DuckDB's files. */
  @Test
  void copiesWhatPagesShowOfOtherFileSystems() throws Exception {
    Path former = ROOT.resolve("jobs/src/test/resources/runs/format-1/run");
    String mounted = "spark.hadoop.fs.viewfs.mounttable.elsewhere.link./run";
    Path cache = folder.resolve("cache");
    Path killed = Files.createDirectory(cache).resolve("." + UUID.randomUUID());
    Files.writeString(killed, "PAR1");
    StringWriter said = new StringWriter();
    System.setProperty(mounted, former.toUri().toString());
    try {
      try (Viewer remote = openElsewhere(cache, new PrintWriter(said))) {
        assertThat(said.toString())
            .matches("(?s)Copying 2 files, of which 0\\.0 MB are read, to " + cache + "\n.*");
        assertThat(
                remote
                    .list()
                    .count(QuestionFilter.of(new QueryParameters(Map.of()), remote.methods())))
            .isEqualTo(18);
      }
      try (Stream<Path> copies = Files.list(cache)) {
        assertThat(copies.filter(copy -> !copy.endsWith(".lock")))
            .as("a copy whose making was killed is deleted")
            .hasSize(2)
            .allMatch(copy -> copy.toString().endsWith(".parquet"));
      }
      StringWriter again = new StringWriter();
      openElsewhere(cache, new PrintWriter(again)).close();
      assertThat(again.toString()).as("made once").isEmpty();
    } finally {
      System.clearProperty(mounted);
    }
  }

  private static Viewer openElsewhere(Path cache, PrintWriter err) throws IOException {
    Console console = new Console(err, err, Console.UNLIMITED);
    return Viewer.open(
        List.of("viewfs://elsewhere/run"),
        List.of(),
        Optional.of(cache),
        Folders.withoutSpark(console),
        console,
        LocalSpark.unused());
  }

  @Test
  void saysTheSizeOfWhatItCopiesBeforeAndLeavesOutWhatNoPageShows() throws Exception {
    Configuration hadoop = new Configuration();
    Path former = ROOT.resolve("jobs/src/test/resources/runs/format-1/run");
    hadoop.set("fs.viewfs.mounttable.afar.link./run", former.toUri().toString());
    FileSystem afar = FileSystem.get(URI.create("viewfs://afar/"), hadoop);
    Path cache = folder.resolve("before");
    List<Boolean> begun = new ArrayList<>();
    PrintWriter err =
        new PrintWriter(new StringWriter()) {
          @Override
          public void println(String line) {
            begun.add(Files.exists(cache));
          }
        };
    LocalFiles local = new LocalFiles(hadoop, new Console(err, err, Console.UNLIMITED), cache);

    AnswerTableFiles copies = local.of(files(afar, "/run/predictions"), files(afar, "/run/scores"));

    assertThat(begun.get(0)).as("a copy was begun").isFalse();
    assertThat(copies.predictions()).hasSize(1).allMatch(copy -> copy.startsWith("" + cache));
    try (AnswerDatabase database = AnswerDatabase.open(copies, Benchmarks.KNOWN, folder)) {
      Query names = new Query().add("SELECT column_name FROM (DESCRIBE FROM predictions)");
      assertThat(database.rows(names, row -> row.getString(1)))
          .contains("prompt", "kept_indices", "error")
          .doesNotContain("flops_total", "prompt_sha256", "host");
    }
  }

  private static List<FileStatus> files(FileSystem fs, String table) throws IOException {
    return List.of(
        fs.listStatus(
            new org.apache.hadoop.fs.Path(table), path -> path.getName().endsWith(".parquet")));
  }

  @Test
  void otherFoldersAreRefused() throws Exception {
    Path unfinished = Files.createDirectory(folder.resolve("unfinished"));
    Files.copy(run.resolve("manifest.json"), unfinished.resolve("manifest.json"));

    for (Path other : List.of(unfinished, folder, folder.resolve("absent"))) {
      CommandLineRun view = CommandLineRun.of("view", other.toString());

      assertThat(view.code()).isEqualTo(2);
      assertThat(view.err().lines()).hasSize(1);
      assertThat(view.err())
          .startsWith("prumerge-spark: RUN " + other)
          .containsAnyOf("is not a finished run", "does not exist");
    }
  }
}
