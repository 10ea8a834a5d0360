package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {

  private static final List<List<String>> CELLS =
      List.of(List.of("method", "tokens", "ms"), List.of("none", "576", "1.5"));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Console console(int width) {
    return new Console(new PrintWriter(out, true), new PrintWriter(err, true), width);
  }

  @Test
  void printsTablesAsWideAsItIs() {
    console(Console.UNLIMITED).table(CELLS);
    assertThat(out.toString().lines())
        .as("no terminal, no colours")
        .containsExactly("method  tokens   ms", "none       576  1.5");

    out.getBuffer().setLength(0);
    console(15).table(CELLS);
    assertThat(out.toString().lines())
        .containsExactly("method  tokens", "none       576", "", "method   ms", "none    1.5");
  }

  @Test
  void keepsOutForOneDocument() {
    Console console = console(Console.UNLIMITED).quiet();
    console.table(CELLS);
    console.warn("%d of 2", 1);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("none       576  1.5", "warning: 1 of 2");
  }
}
