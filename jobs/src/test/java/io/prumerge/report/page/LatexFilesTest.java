package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report full of hostile texts as LaTeX. */
@Tag("spark")
@Tag("process")
class LatexFilesTest {

  @TempDir private static Path folder;

  private static Path latex;

  @BeforeAll
  static void write() throws IOException {
    SmallReport report = new SmallReport(folder.resolve("run"), "http://example.invalid/x.png");
    report.html();
    latex = report.latex();
  }

  private static List<Path> tables() throws IOException {
    try (Stream<Path> files = Files.list(latex)) {
      return files
          .filter(file -> file.toString().endsWith(".tex"))
          .filter(file -> !file.endsWith(LatexFiles.ALL))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyTableIsAFileThatTheDocumentShows() throws IOException {
    String all = Files.readString(latex.resolve(LatexFiles.ALL));
    List<String> shown =
        Pattern.compile("\\\\fitted\\{([^}]*)}\n")
            .matcher(all)
            .results()
            .map(hit -> hit.group(1))
            .sorted()
            .toList();

    assertThat(shown)
        .containsExactlyElementsOf(
            tables().stream().map(file -> file.getFileName().toString()).toList())
        .contains("figures.tex", "leaderboard-1.tex", "agreement-1.tex", "oracle.tex", "runs.tex")
        .contains("contrasts.tex", "tokens.tex", "stages.tex", "published-budget-4.tex")
        .contains("published.tex", "published-figures.tex");
  }

  /** Each file is read as TeX would: groups are closed, and rows have the columns they should. */
  @Test
  void everyFileIsOneTabularWithAllItsColumns() throws IOException {
    for (Path file : tables()) {
      String text = Files.readString(file);
      Matcher head = Pattern.compile("\\A\\\\begin\\{tabular}\\{([lr]+)}\n").matcher(text);
      assertThat(head.find()).as("%s", file).isTrue();
      assertThat(text).as("%s", file).endsWith("\\bottomrule\n\\end{tabular}\n");
      int columns = head.group(1).length();
      List<String> rows =
          text.lines()
              .filter(
                  line ->
                      !line.matches(
                          "\\\\(begin\\{tabular}\\{[lr]+}|end\\{tabular}|(top|mid|bottom)rule)"))
              .toList();
      assertThat(rows).as("%s", file).hasSizeGreaterThan(1);
      for (String row : rows) {
        assertThat(row)
            .as("%s", file)
            .endsWith(" \\\\")
            .doesNotStartWith("[")
            .doesNotStartWith("*");
        assertThat(cells(row)).as("%s: %s", file, row).isEqualTo(columns);
      }
    }
  }

  /** Counts the cells of a row, and fails on what TeX would complain about. */
  private static int cells(String row) {
    Deque<Character> open = new ArrayDeque<>();
    int cells = 1;
    boolean math = false;
    String body =
        row.substring(0, row.length() - 3)
            .replaceAll("\\\\begin\\{tabular}\\[[tb]]\\{@\\{}[lr]@\\{}}", "{")
            .replaceAll("\\\\end\\{tabular}", "}");
    for (int i = 0; i < body.length(); i++) {
      char sign = body.charAt(i);
      switch (sign) {
        case '\\' -> {
          i++;
          assertThat(i).as("a command at the end of %s", row).isLessThan(body.length());
          if (body.charAt(i) == '\\') {
            assertThat(open).as("a line's end inside %s", row).isNotEmpty();
          }
        }
        case '{' -> open.push('{');
        case '}' -> open.pop();
        case '$' -> math = !math;
        case '&' -> {
          assertThat(open).as(row).isEmpty();
          assertThat(math).as(row).isFalse();
          cells++;
        }
        case '#', '%', '~', '<', '>', '|', '"', '`' ->
            assertThat(sign == '~').as("%s in %s", sign, row).isTrue();
        case '^' -> assertThat(math).as(row).isTrue();
        default -> assertThat(sign == '_').as(row).isFalse();
      }
    }
    assertThat(open).as(row).isEmpty();
    assertThat(math).as(row).isFalse();
    return cells;
  }

  @Test
  void signsWithAMeaningAreEscaped() {
    assertThat(LatexText.escaped("a_b & 5 % of $x$ #1 {y} ~ ^ \\end"))
        .isEqualTo(
            "a\\_b \\& 5 \\% of \\$x\\$ \\#1 \\{y\\} \\textasciitilde{} \\textasciicircum{}"
                + " \\textbackslash{}end");
    assertThat(LatexText.escaped("[1] *2* --no ''x,,"))
        .isEqualTo("{[}1{]} {*}2{*} -{}-no '{}'x,{},");
    assertThat(LatexText.escaped("±1 – 2 − 3 ● é \u4e2d\u0007\ud83d\ude00"))
        .isEqualTo(
            "$\\pm$1 -- 2 $-$ 3 $\\bullet$ é \\texttt{U+4E2D}\\texttt{U+0007}\\texttt{U+1F600}");
    assertThat(LatexText.escaped("")).isEmpty();
  }

  @Test
  void longTextsAreDivided() {
    assertThat(LatexText.lines("a bb ccc", " ", "-", 4)).containsExactly("a bb", "ccc");
    assertThat(LatexText.lines("a-b,c-d", ",", "-", 3)).containsExactly("a-", "b,", "c-d");
    assertThat(LatexText.lines("longer", " ", "-", 3)).containsExactly("longer");
    assertThat(LatexText.lines("", " ", "-", 3)).containsExactly("");
  }

  @Test
  void aTableIsAligned() {
    TableView table =
        new TableView(
            "caption",
            List.of(TableColumn.text("method"), TableColumn.number("ms")),
            List.of(
                new TableLine(
                    List.of(
                        TableCell.name("a_b").noted("2 seeds"),
                        TableCell.number(OptionalDouble.of(-1.5), 1).noted("1–2\n+1")))));

    assertThat(LatexFiles.tabular(table))
        .isEqualTo(
            """
            \\begin{tabular}{lr}
            \\toprule
            method & ms \\\\
            \\midrule
            \\begin{tabular}[t]{@{}l@{}}a\\_b\\\\{\\scriptsize{}2 seeds}\\end{tabular} & \
            \\begin{tabular}[t]{@{}r@{}}$-$1.5\\\\{\\scriptsize{}1--2}\\\\{\\scriptsize{}+1}\\end{tabular} \\\\
            \\bottomrule
            \\end{tabular}
            """);
  }

  /** Compiles with whatever engine there is. */
  @Test
  void theDocumentCompiles() throws Exception {
    Optional<List<String>> engine = engine();
    assumeTrue(
        engine.isPresent(),
        "no LaTeX on this machine; install pdflatex, lualatex, xelatex or tectonic");
    List<String> command = new ArrayList<>(engine.orElseThrow());
    command.add(LatexFiles.ALL);
    Path log = folder.resolve("latex.log");
    Process process =
        new ProcessBuilder(command)
            .directory(latex.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    String said = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said.lines().filter(line -> line.startsWith("!")).collect(Collectors.toList()))
        .isEmpty();
    assertThat(latex.resolve("report.pdf")).isNotEmptyFile();
  }

  private static Optional<List<String>> engine() {
    for (String name : List.of("pdflatex", "lualatex", "xelatex", "tectonic")) {
      for (String place : System.getenv("PATH").split(File.pathSeparator)) {
        if (Files.isExecutable(Path.of(place, name))) {
          String program = Path.of(place, name).toString();
          return Optional.of(
              name.equals("tectonic")
                  ? List.of(program)
                  : List.of(program, "-interaction=nonstopmode", "-no-shell-escape"));
        }
      }
    }
    return Optional.empty();
  }
}
