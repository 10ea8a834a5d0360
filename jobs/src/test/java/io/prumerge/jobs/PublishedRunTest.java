package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.metric.Metric;
import io.prumerge.report.BesidePublished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Someone asks whether an unpruned run is right, and has what a paper prints. */
@Tag("spark")
@Tag("model")
class PublishedRunTest {

  private static final String HEADER =
      "method,model,benchmark,metric,split,prompts,profile,tokens,score,source,remark\n";

  private static final String HOSTILE = "<script>alert(1)</script>|{{{style}}}";

  @TempDir private static Path folder;

  private static Path print;

  @BeforeAll
  static void run() throws IOException {
    print =
        Files.writeString(
            folder.resolve("print.csv"),
            HEADER
                + "prumerge,mini,pope,f1,test,llava,official,,50,A,\n"
                + "vanilla,someone/Mini_LLaVA,POPE,F1,test,llava,Official,144,50 %,\"A, table"
                + " 1\",\n"
                + "none,mini-llava,pope,accuracy,test,lmms-eval,,144,40,B,"
                + HOSTILE
                + "\n"
                + "none,mini-llava,pope,f1,,,,300,0.5,B,\n"
                + "none,llava-1.5-7b,pope,f1,test,,,,85.9,B,\n"
                + "none,mini-llava,textvqa,accuracy,val,,,,58.2,B,\n");
    evaluate(folder.resolve("run"), "--published=" + print);
  }

  private static CommandLineRun evaluate(Path output, String... more) {
    String[] arguments = {
      "evaluate",
      "--examples=" + MiniPope.examples(),
      "--model=" + Path.of(System.getProperty("project.root"), "conf", "mini-llava"),
      "--method=none",
      "--method=prumerge",
      "--device=cpu",
      "--dtype=fp32",
      "--output=" + output
    };
    return done(Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
  }

  private static CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static CommandLineRun report(String output, String... more) {
    String[] arguments = {
      "report", "--runs=" + folder.resolve("run"), "--output=" + folder.resolve(output)
    };
    return CommandLineRun.of(
        Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
  }

  private static List<BesidePublished> rows(String report) {
    return BesidePublished.TABLE.records(
        BesidePublished.TABLE.read(
            LocalSpark.session(), List.of(folder.resolve(report).resolve("published").toString())));
  }

  private static Metric metric(String method, String name) {
    return Metric.TABLE
        .records(
            Metric.TABLE.read(
                LocalSpark.session(), List.of(folder.resolve("run/report/metrics").toString())))
        .stream()
        .filter(row -> row.key().method().equals(method) && row.key().profile().equals("official"))
        .filter(row -> row.name().equals(name) && row.category().equals("all"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theTableHasBothFiguresThoseOfNoneFirst() {
    List<BesidePublished> rows = rows("run/report");

    assertThat(rows)
        .extracting(row -> row.key().method() + " " + row.metric() + " " + row.published().place())
        .containsExactly(
            "none f1 print.csv:3",
            "none accuracy print.csv:4",
            "none f1 print.csv:5",
            "prumerge f1 print.csv:2");
    Metric f1 = metric("none", "f1");
    assertThat(rows.get(0).value()).isEqualTo(f1.value());
    assertThat(rows.get(0).interval()).isEqualTo(f1.interval());
    assertThat(rows.get(0).n()).isEqualTo(f1.counts().n());
    assertThat(rows.get(0).visualTokens()).hasValue(144);
    assertThat(rows.get(0).published().score()).isEqualTo(50);
    assertThat(rows.get(0).published().source()).contains("A, table 1");
    assertThat(rows.get(0).difference().getAsDouble())
        .isCloseTo(f1.value().getAsDouble() - 50, within(1e-9));
    assertThat(rows.get(1).difference().getAsDouble())
        .isCloseTo(metric("none", "accuracy").value().getAsDouble() - 40, within(1e-9));
  }

  @Test
  void saysWhatIsOrMayBeOtherThere() {
    List<BesidePublished> rows = rows("run/report");

    assertThat(rows.get(0).unlike()).isEmpty();
    assertThat(rows.get(0).prompts()).contains("llava");
    assertThat(rows.get(1).unlike())
        .containsExactly(
            "prompts lmms-eval there, llava here", "scoring unknown there, official here");
    assertThat(rows.get(2).difference()).isEqualTo(OptionalDouble.empty());
    assertThat(rows.get(2).unlike())
        .containsExactly(
            "split unknown there, so no difference",
            "seems to be a share there, is percent here, so no difference",
            "visual tokens 300 there, 144 here",
            "prompts unknown there, llava here",
            "scoring unknown there, official here");
    assertThat(rows.get(3).unlike()).containsExactly("model mini there, of the same dimensions");
  }

  @Test
  void thePageAnswersWhetherTheUnprunedRunIsRight() throws IOException {
    String markdown = Files.readString(folder.resolve("run/report/report.md"));
    String html = Files.readString(folder.resolve("run/report/report.html"));

    String difference = String.format("%+.1f", metric("none", "f1").value().getAsDouble() - 50.0);
    assertThat(markdown)
        .contains(
            "## Beside published figures",
            "Is the unpruned run right? Of 3 published figures of none, 1 was asked and scored as"
                + " here; difference: ",
            difference,
            "2 were asked or scored otherwise, or it is unknown how; difference: ",
            "Not tested: what is published comes without its answers",
            "For 2 of the 6 published figures of print.csv there is none here: 1 by benchmark"
                + " (print.csv:7: 'textvqa'; here: pope)");
    assertThat(html)
        .contains("id=\"published\"", "prompts lmms-eval there, llava here")
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert(1)");
    assertThat(markdown.indexOf("## Figures"))
        .isLessThan(markdown.indexOf("## Beside published figures"));
  }

  @Test
  void theConsoleHasTheSameAsThePage() throws IOException {
    CommandLineRun run = report("again", "--published=" + print);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "Beside published figures, in points (here minus published; not tested):",
            "pope/test f1",
            "[1] prompts lmms-eval there, llava here; scoring unknown there, official here",
            "Is the unpruned run right? Of 3 published figures of none,",
            "by model (print.csv:6: 'llava-1.5-7b'; here: mini-llava");
    assertThat(rows("again")).isEqualTo(rows("run/report"));
  }

  @Test
  void saysWhatNothingOfAFileFits() throws IOException {
    Path other =
        Files.writeString(
            folder.resolve("other.csv"),
            HEADER
                + "none,mini-llava,pop,f1,test,,,,85.9,,\n"
                + "none,mini-llava,pope,f,test,,,,85.9,,\n"
                + "none,mini-llava,pope,f1,val,,,,85.9,,\n"
                + "none,mini-lava,pope,f1,test,,,,85.9,,\n"
                + "fastv,mini-llava,pope,f1,test,,,,85.9,,\n");

    CommandLineRun run = report("nothing", "--published=" + other);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.problems())
        .singleElement()
        .asString()
        .contains(
            "None of the 5 published figures of other.csv fits here: ",
            "1 by benchmark (other.csv:2: 'pop'; here: pope; did you mean pope?)",
            "1 by metric (other.csv:3: 'f'; here: accuracy, f1, loyalty, precision, recall,"
                + " yes_ratio",
            "1 by split (other.csv:4: 'val'; here: test)",
            "1 by model (other.csv:5: 'mini-lava'; here: mini-llava; did you mean mini-llava?)",
            "1 by method (other.csv:6: 'fastv'; here: none, prumerge)");
    assertThat(folder.resolve("nothing/published")).doesNotExist();
    assertThat(Files.readString(folder.resolve("nothing/report.md")))
        .contains("None of the 5 published figures")
        .doesNotContain("Beside published figures");
  }

  @Test
  void refusesAFileBeforeAnyWork() throws IOException {
    Path broken =
        Files.writeString(folder.resolve("broken.csv"), HEADER + "none,m,pope,f1,test,,,,x,,\n");
    CommandLineRun report = report("refused", "--published=" + broken);
    CommandLineRun evaluate =
        CommandLineRun.of(
            "evaluate",
            "--examples=" + MiniPope.examples(),
            "--model=" + folder.resolve("absent"),
            "--method=none",
            "--published=" + broken,
            "--output=" + folder.resolve("refused-run"));

    for (CommandLineRun run : List.of(report, evaluate)) {
      assertThat(run.code()).isNotZero();
      assertThat(run.err()).contains("broken.csv:2: 'score' must be a number like 58.2");
    }
    assertThat(folder.resolve("refused")).doesNotExist();
    assertThat(folder.resolve("refused-run")).doesNotExist();
    assertThat(report("refused", "--published=" + folder.resolve("prnt.csv")).err())
        .contains("--published", "prnt.csv does not exist; did you mean print.csv?");
  }

  /** A limit is said, and what another file says of a finished run is another report. */
  @Test
  void aSweepNamesTheFileAndALimitIsSaid() throws IOException {
    Path sweep =
        Files.writeString(
            folder.resolve("sweep.yaml"),
            "models: ["
                + Path.of(System.getProperty("project.root"), "conf", "mini-llava")
                + "]\nexamples: ["
                + MiniPope.examples()
                + "]\nmethods: [none]\npublished: print.csv\nlimit: 4\n");
    Path output = folder.resolve("sweep");
    String[] command = {"sweep", sweep.toString(), "--device=cpu", "--output=" + output};
    CommandLineRun first = done(command);

    assertThat(first.out()).contains("Beside published figures");
    assertThat(rows("sweep/report").get(0).unlike())
        .singleElement()
        .asString()
        .startsWith("questions limited here: ");

    done(Stream.concat(Stream.of(command), Stream.of("--resume")).toArray(String[]::new));
    Path other = Files.copy(print, folder.resolve("copy.csv"));
    CommandLineRun refused =
        CommandLineRun.of(
            Stream.concat(Stream.of(command), Stream.of("--resume", "--published=" + other))
                .toArray(String[]::new));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--published", "make one by the command report");
  }

  /** As an earlier version has left them: nothing says how the questions are worded. */
  @Test
  void reportsRunsThatDoNotSayTheirPrompts() throws IOException {
    Path run = folder.resolve("earlier");
    FileUtils.copyDirectory(folder.resolve("run").toFile(), run.toFile());
    Path manifest = run.resolve("manifest.json");
    String text = Files.readString(manifest);
    assertThat(text).contains("\"prompts\" : \"llava\"");
    Files.writeString(manifest, text.replaceFirst("(?s),\\s*\"prompts\" : \\[.*?\\]", ""));
    Files.deleteIfExists(run.resolve(".manifest.json.crc"));

    CommandLineRun report =
        done(
            "report",
            "--json",
            "--runs=" + run,
            "--published=" + print,
            "--output=" + folder.resolve("of-earlier"));

    List<BesidePublished> rows = rows("of-earlier");
    assertThat(rows).hasSize(4).allMatch(row -> row.prompts().equals(Optional.empty()));
    assertThat(rows.get(0).unlike()).containsExactly("prompts llava there, unknown here");
    assertThat(rows.get(2).unlike()).contains("prompts unknown");
    JsonNode published = new ObjectMapper().readTree(report.out()).path("published");
    assertThat(published).hasSize(4);
    assertThat(published.get(0).path("published_score").asDouble()).isEqualTo(50);
  }
}
