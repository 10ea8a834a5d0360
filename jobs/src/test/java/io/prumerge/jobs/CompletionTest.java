package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prumerge.console.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Completion in interactive shells: Tab is pressed after a line, Enter after that, and a function
 * in place of the launcher prints what it gets. {@code script} gives the shells a terminal.
 */
@EnabledOnOs(OS.LINUX)
@Tag("process")
class CompletionTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final String READY = "READY-FOR-A-LINE";
  private static final Map<String, Terminal> TERMINALS = new HashMap<>();

  /** A line that Tab is pressed after, and the arguments that it becomes. */
  private static final String LINES =
      """
      eval                                        | <evaluate>
      prepare --benchmark po                      | <prepare><--benchmark><pope>
      prepare --benchmark=po                      | <prepare><--benchmark=pope>
      prepare --benchmark ll                      | <prepare><--benchmark><llava-bench>
      prepare --prompts llava-n                   | <prepare><--prompts><llava-no-ocr>
      score --benchmark textv                     | <score><--benchmark><textvqa>
      score --answers-form vlm                    | <score><--answers-form><vlmevalkit>
      evaluate --dtype b                          | <evaluate><--dtype><bf16>
      evaluate --image-aspect a                   | <evaluate><--image-aspect><auto>
      evaluate --method fastv:layer=3,keep=1 visp | <evaluate><--method><fastv:layer=3,keep=1><vispruner>
      evaluate --method none prum                 | <evaluate><--method><none><prumerge>
      evaluate --method=none divp                 | <evaluate><--method=none><divprune>
      evaluate --method none --dev                | <evaluate><--method><none><--device>
      evaluate --retry-errors endp                | <evaluate><--retry-errors><endpoint_failed>
      evaluate --resume --retry-errors --che      | <evaluate><--resume><--retry-errors><--che>
      evaluate --model conf/mini-l                | <evaluate><--model><conf/mini-llava/>
      evaluate --model=conf/mini-l                | <evaluate><--model=conf/mini-llava/>
      evaluate --model conf/mini-llava+conf/mini-t | <evaluate><--model><conf/mini-llava+conf/mini-tuned>
      evaluate --model conf/mini-llava conf/mini-t | <evaluate><--model><conf/mini-llava><conf/mini-tuned/>
      report --runs jo                            | <report><--runs><jobs out/>
      evaluate --examples a --output swe          | <evaluate><--examples><a><--output><swe>
      sweep swe                                   | <sweep><sweep.yaml>
      sweep --dtype fp16 swe                      | <sweep><--dtype><fp16><sweep.yaml>
      estimate --hardware t4,h200                 | <estimate><--hardware><t4,h200-sxm>
      list meth                                   | <list><methods>
      init-sweep pap                              | <init-sweep><paper.yaml>
      help sea                                    | <help><search>
      --verb                                      | <--verbose>
      --mas                                       | <--master>
      --master 'local[2]' finetune --be           | <--master><local[2]><finetune><--be>
      --master 'local[2]' prepare --be            | <--master><local[2]><prepare><--benchmark>
      --conf spark.a=b --deploy-mode clu          | <--conf><spark.a=b><--deploy-mode><cluster>
      --conf=spark.a=b evaluate --dtype fp3       | <--conf=spark.a=b><evaluate><--dtype><fp32>
      --conf=spark.a=b --properties-file=swe      | <--conf=spark.a=b><--properties-file=sweep.yaml>
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void printTheScript() throws IOException {
    Files.writeString(
        folder.resolve("completion.sh"), CommandLineRun.of("generate-completion").out());
    for (String path : List.of("conf/mini-llava", "conf/mini-tuned", "jobs out/run")) {
      Files.createDirectories(folder.resolve(path));
    }
    Files.writeString(folder.resolve("sweep.yaml"), "");
  }

  @AfterAll
  static void end() throws Exception {
    for (Terminal terminal : TERMINALS.values()) {
      terminal.close();
    }
  }

  /** A shell behind a terminal of its own. */
  private static final class Terminal {

    private static final Pattern PRINTED = Pattern.compile("GOT((?:<[^>]*>)*)END");

    private final Process process;
    private final OutputStream keys;
    private final InputStream screen;

    Terminal(String command, String start) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder("script", "-qefc", command, "/dev/null")
              .directory(folder.toFile())
              .redirectErrorStream(true);
      builder.environment().put("TERM", "dumb");
      builder.environment().put("HOME", folder.toString());
      process = builder.start();
      keys = process.getOutputStream();
      screen = process.getInputStream();
      // In two parts, so that what is typed is not taken for the prompt.
      type(start + "PS1=READY; PS1=$PS1-FOR-A-LINE\n");
      until(READY);
    }

    void type(String text) throws IOException {
      keys.write(text.getBytes(StandardCharsets.UTF_8));
      keys.flush();
    }

    /** Returns what appears up to a text. */
    String until(String end) throws IOException {
      StringBuilder seen = new StringBuilder();
      while (seen.indexOf(end) < 0) {
        int next = screen.read();
        assertThat(next).as("the shell has ended: %s", seen).isNotNegative();
        seen.append((char) next);
      }
      return seen.toString();
    }

    /** Returns the arguments of the command that a line and some keys after it become. */
    String completed(String line, String keysBehind) throws IOException {
      type(line + keysBehind + "\n");
      Matcher printed = PRINTED.matcher(until(READY));
      assertThat(printed.find()).as(line).isTrue();
      return printed.group(1);
    }

    void close() throws Exception {
      type("exit\n");
      process.waitFor(10, TimeUnit.SECONDS);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Terminal shell(String name) throws IOException {
    assumeTrue(isInstalled("script"), "there is no script, of util-linux");
    assumeTrue(isInstalled(name), () -> "there is no " + name);
    Terminal known = TERMINALS.get(name);
    if (known == null) {
      String command = name.equals("bash") ? "bash --norc --noprofile -i" : "zsh -f -i";
      known =
          new Terminal(
              command,
              "prumerge-spark() { printf 'GO''T'; printf '<%s>' \"$@\"; printf 'EN''D\\n'; }\n"
                  + "source ./completion.sh\n");
      TERMINALS.put(name, known);
    }
    return known;
  }

  private static boolean isInstalled(String program) {
    return Files.isExecutable(Path.of("/usr/bin", program))
        || Files.isExecutable(Path.of("/bin", program));
  }

  static Stream<Arguments> lines() {
    return LINES
        .lines()
        .map(line -> line.split(" +\\| "))
        .map(parts -> Arguments.of(parts[0], parts[1]));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aTabCompletesInBash(String line, String arguments) throws Exception {
    assertThat(shell("bash").completed("prumerge-spark " + line, "\t")).isEqualTo(arguments);
  }

  /** Zsh takes the slash after a folder away again where the line ends. */
  @ParameterizedTest
  @MethodSource("lines")
  void aTabCompletesInZsh(String line, String arguments) throws Exception {
    assertThat(shell("zsh").completed("prumerge-spark " + line, "\t"))
        .isEqualTo(arguments.replace("/>", ">"));
  }

  /** Bash's Meta-* puts all candidates into the line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evaluate --image-aspect      | <evaluate><--image-aspect><auto><crop><pad>
          evaluate --dtype             | <evaluate><--dtype><auto><bf16><fp16><fp32>
          evaluate --reduce-by=        | <evaluate><--reduce-by=each><first>
          estimate --attention         | <estimate><--attention><eager><flash>
          evaluate --model conf/mini   | <evaluate><--model><conf/mini-llava><conf/mini-tuned>
          evaluate --method none prum  | <evaluate><--method><none><prumerge><prumerge+>
          """)
  void onlyWhatHelpShowsIsOffered(String line, String arguments) throws Exception {
    String space = line.matches(".*(=|conf/mini|prum)") ? "" : " ";

    assertThat(shell("bash").completed("prumerge-spark " + line + space, "\033*"))
        .isEqualTo(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--conv-mode", "--hardware", "--shape", "--mode", "--profile"})
  void anOptionWithNamesIsOne(String option) {
    assertThat(CommandLineRun.of("generate-completion").out())
        .containsPattern("\n[a-z]+ " + option + " 1 (word|list) \\S+ ");
  }

  /** The launcher parts the options of spark-submit from the command. */
  @Test
  void optionsOfSparkAreTheLaunchers() throws IOException {
    String launcher = Files.readString(ROOT.resolve("jobs/src/dist/bin/prumerge-spark"));
    Matcher listed = Pattern.compile("takes_a_value='([^']*)'").matcher(launcher);
    assertThat(listed.find()).isTrue();
    Set<String> completed = new TreeSet<>();
    Pattern line = Pattern.compile("^- (\\S+) 1 ", Pattern.MULTILINE);
    Matcher lines = line.matcher(CommandLineRun.of("generate-completion").out());
    while (lines.find()) {
      completed.add(lines.group(1));
    }
    completed.remove("@1");

    assertThat(completed).containsExactlyInAnyOrder(listed.group(1).strip().split("\\s+"));
  }

  @Test
  void everyOptionOfEveryCommandIsInTheTable() {
    String script = CommandLineRun.of("generate-completion").out();
    CommandLine root = new CommandLine(RootCommand.class);

    for (String name : Problems.commands(root)) {
      root.getSubcommands()
          .get(name)
          .getCommandSpec()
          .options()
          .forEach(
              option ->
                  assertThat(script).contains("\n" + name + " " + option.longestName() + " "));
    }
    assertThat(script).doesNotContain("\r", "@table@");
  }
}
