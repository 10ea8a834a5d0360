package io.prumerge.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The commands that the fenced blocks of Markdown pages show. */
public final class PageCommands {

  /** The repository. */
  public static final Path ROOT =
      Path.of(System.getProperty("project.root")).toAbsolutePath().normalize();

  private static final String FENCE = "```";
  private static final String PROGRAM = "prumerge-spark";

  /** What may stand before a program. */
  private static final String VARIABLE = "[A-Z_]+=.*";

  private static final Set<String> SKIPPED = Set.of("target", ".venv", ".ipynb_checkpoints");

  private PageCommands() {}

  /**
   * A fenced block.
   *
   * @param info what follows the fence, such as {@code sh} or {@code sh server}
   * @param text its lines
   */
  public record Block(String info, String text) {}

  /** Returns all pages of the repository. */
  static List<Path> pages() throws IOException {
    List<Path> found = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String folder : List.of(".github", "jobs", "udfs", "conf", "notebooks")) {
      found.addAll(pagesBelow(ROOT.resolve(folder)));
    }
    return found;
  }

  /** Returns the pages in and below a folder, in order, without those of build outputs. */
  public static List<Path> pagesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".md") && !isSkipped(ROOT.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isSkipped(Path file) {
    return StreamSupport.stream(file.spliterator(), false)
        .anyMatch(name -> SKIPPED.contains(name.toString()));
  }

  /** Returns the fenced blocks of a page, in order. */
  public static List<Block> blocks(Path page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    String info = null;
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(page)) {
      if (!line.strip().startsWith(FENCE)) {
        lines.add(line);
      } else if (info == null) {
        info = line.strip().substring(FENCE.length());
        lines.clear();
      } else {
        blocks.add(new Block(info, String.join("\n", lines) + "\n"));
        info = null;
      }
    }
    return blocks;
  }

  /** Returns the words behind the program's name of each command in a block. */
  static List<List<String>> commands(Block block) {
    List<List<String>> commands = new ArrayList<>();
    for (String line : block.text().replaceAll("\\\\\n", " ").lines().toList()) {
      List<String> words = words(line);
      int start = words.indexOf(PROGRAM);
      if (start >= 0 && words.subList(0, start).stream().allMatch(word -> word.matches(VARIABLE))) {
        commands.add(words.subList(start + 1, words.size()));
      }
    }
    return commands;
  }

  /** Splits a line into words as a shell does, up to a comment, a pipe or a redirection. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (char c : line.toCharArray()) {
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (!inWord && c == '#' || "|>;&)".indexOf(c) >= 0) {
        break;
      } else if (c == ' ') {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
