package io.prumerge.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The parts are ordinary Python, not the form that TorchScript's archives are written in. */
class PartsTest {

  private static final Pattern SERIALIZED =
      Pattern.compile(
          "__torch__|unchecked_cast|\\bannotate\\(|torch\\.__\\w+__|(?<!torch\\.)\\bops\\.prim\\."
              + "|torch\\.(add|sub|mul|div|floordiv|matmul|neg|len|append|size|slice|select|to|gt|ge"
              + "|lt|le|eq|ne|_set_item)\\((?!.*(alpha|out)=)"
              + "|\\b_\\d+\\b|\\bdtype=\\d|\\.to\\(\\d|-?\\binf\\b(?<!math\\.inf)");

  // A line of a function: four spaces, a name.
  private static final Pattern UNDOCUMENTED =
      Pattern.compile("^def (\\w+)\\([^()]*\\) -> [^:]*:\\n(?! {4}\"\"\")", Pattern.MULTILINE);

  static Stream<String> parts() throws IOException, URISyntaxException {
    Path folder = Path.of(PartsTest.class.getResource("ops.torchscript").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".torchscript"))
          .map(name -> name.substring(0, name.lastIndexOf('.')))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("parts")
  void areOrdinaryPython(String part) {
    assertThat(SERIALIZED.matcher(LlavaScript.text(part)).results().map(MatchResult::group))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("parts")
  void sayWhatEachFunctionIs(String part) {
    String text = LlavaScript.text(part);
    assertThat(text).startsWith("\"\"\"");
    assertThat(UNDOCUMENTED.matcher(text).results().map(found -> found.group(1))).isEmpty();
  }
}
