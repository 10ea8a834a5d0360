package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.GeneratedFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.family.Families;
import io.prumerge.family.ModelType;
import io.prumerge.plan.MethodFits;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes {@code conf/methods.md} from the methods' classes, and compares it. Which model takes which
 * method is asked of the plan.
 */
class MethodsPageTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path GOLDENS = ROOT.resolve("udfs/src/test/resources/goldens");
  private static final Path SOURCES = ROOT.resolve("udfs/src/main/java");

  /** The smallest golden checkpoint of each family. */
  private static final Map<String, String> CHECKPOINTS =
      Map.ofEntries(
          Map.entry("blip-2", "queries/blip2"),
          Map.entry("idefics", "idefics/base"),
          Map.entry("idefics3", "smol/first"),
          Map.entry("instructblip", "queries/instructblip"),
          Map.entry("internvl", "intern/small"),
          Map.entry("llava", "checkpoints/mha"),
          Map.entry("llava_next", "families/next"),
          Map.entry("llava_onevision", "onevision/untied"),
          Map.entry("llava_qwen", "llava-video/checkpoint"),
          Map.entry("qwen", "first-qwen/chat"),
          Map.entry("qwen2_5_vl", "qwen/qwen2_5_vl/untied"),
          Map.entry("qwen2_vl", "qwen/qwen2_vl/untied"),
          Map.entry("qwen3_vl", "qwen3/untied"),
          Map.entry("shikra", "families/shikra"),
          Map.entry("smolvlm", "smol/second"));

  /** Keys of most methods, which jobs/README.md explains once. */
  private static final Set<String> SHARED = Set.of("tokens", "positions");

  private static final Pattern DEFAULT =
      Pattern.compile("`(\\w+)`,? (?:is )?by default (\\d[\\d./]*\\d|\\d)");

  /** Its reducers are made from a file. */
  private static final String SCRIPT = "script";

  @TempDir private Path folder;

  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    GeneratedFile.requireCurrent("methods.md", page());
  }

  @Test
  void everyKeyIsExplainedWithItsDefault() throws IOException {
    List<String> missing = new ArrayList<>();
    for (ReducerFactory method : methods()) {
      String prose = prose(method);
      Stream.concat(Stream.of(method.name()), method.keys().stream())
          .filter(word -> !SHARED.contains(word))
          .filter(word -> !prose.contains("`" + word + "`") && !prose.contains("`" + word + "="))
          .forEach(word -> missing.add(method.name() + ": " + word));
      for (Matcher said = DEFAULT.matcher(prose); said.find(); ) {
        assertThat(method.about().defaults())
            .as(method.name())
            .containsEntry(said.group(1), said.group(2));
      }
    }
    assertThat(missing).isEmpty();
  }

  private static List<ReducerFactory> methods() {
    return TokenReducers.names().stream().map(TokenReducers::named).toList();
  }

  private String page() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Methods

            A test makes this page from the methods' classes and compares it; `prumerge-spark list methods` prints the
            same facts. [How methods are written and combined](../jobs/README.md#methods) is on another page.

            ## Contents

            - [All methods](#all-methods)
            - [Methods and models](#methods-and-models)
            """);
    for (ReducerFactory method : methods()) {
      page.append("- [%1$s](#%2$s)\n".formatted(method.name(), anchor(method.name())));
    }
    page.append("\n## All methods\n\n");
    List<List<String>> lines = new ArrayList<>();
    for (ReducerFactory method : methods()) {
      lines.add(line(method));
    }
    Markdown.table(
        page,
        List.of(
            "method",
            "what goes on",
            "acts",
            "needs",
            "keys",
            "paper",
            "authors' code",
            "servable"),
        lines);
    page.append("\n## Methods and models\n\n");
    models(page);
    for (ReducerFactory method : methods()) {
      page.append("\n## %s\n\n%s\n".formatted(method.name(), Markdown.wrapped(prose(method))));
    }
    return page.toString();
  }

  /** As GitHub names a heading: the second one that is {@code prumerge} without its sign. */
  private static String anchor(String heading) {
    return heading.replace("+", "-1");
  }

  private static List<String> line(ReducerFactory method) throws IOException {
    ListedMethod listed = ListedMethod.of(method);
    return List.of(
        "[`%s`](#%s)".formatted(listed.name(), anchor(listed.name())),
        summary(method),
        listed.stage(),
        Listing.joined(listed.needs()),
        listed.keys().isEmpty()
            ? "-"
            : listed.keys().entrySet().stream()
                .map(
                    key ->
                        key.getValue().isEmpty()
                            ? "`" + key.getKey() + "`"
                            : "`" + key.getKey() + "=" + key.getValue() + "`")
                .collect(Collectors.joining(", ")),
        link(listed.paper(), "https://arxiv.org/abs/"),
        link(listed.repository(), "https://github.com/"),
        Listing.or(listed.servable()));
  }

  /** The first sentence without what stands before its colon: name and sources. */
  private static String summary(ReducerFactory method) throws IOException {
    String first = prose(method).replaceFirst("(?s)\\n.*", "");
    return first
        .replaceFirst("^.*?(?:\\)|`): ", "")
        .replaceFirst("\\. [A-Z\"].*", "")
        .replaceFirst("[.:]$", "");
  }

  private static String link(String name, String site) {
    return name.isEmpty() ? "-" : "[%1$s](%2$s%1$s)".formatted(name, site);
  }

  /** Appends the table of methods by families, and the reasons of what is refused. */
  private void models(StringBuilder page) throws IOException {
    MethodFits fits = new MethodFits(GOLDENS.resolve("clips/mini"), folder);
    Map<String, LlavaConfig> families = new LinkedHashMap<>();
    for (ModelType family : Families.all()) {
      families.put(family.name(), fits.deep(GOLDENS.resolve(CHECKPOINTS.get(family.name()))));
    }
    List<String> reasons = new ArrayList<>();
    List<List<String>> lines = new ArrayList<>();
    for (ReducerFactory method : methods()) {
      if (!method.name().equals(SCRIPT)) {
        List<String> line = new ArrayList<>(List.of("`" + method.name() + "`"));
        for (LlavaConfig family : families.values()) {
          line.add(cell(fits.of(family, method), reasons));
        }
        line.add(video(method, reasons));
        lines.add(line);
      }
    }
    page.append(
        """
        What the plan of a run says, asked of each family's smallest golden checkpoint with 32 layers of the decoder: yes,
        the key that is needed, or a number that stands for the reason below the table. `trim`, and `cdpruner` but
        for `variant=openvino`, also need the CLIP model that the tower was taken from, as LLaVA's, LLaVA-NeXT's and
        Shikra's were. The last column is of videos whose patches are pooled behind the connector, as LLaVA-OneVision's:
        what `prumerge` and others merge is merged there, a variant of ours, and methods inside the decoder see the
        learned row as a token. Videos of other families take the methods that their pictures take, but for `resize` and
        `pixelprune`. Those that want the tokens in one run are refused where a prompt has text between the frames, as
        InternVL's has.

        """);
    Markdown.table(
        page,
        Stream.of(
                Stream.of("method"),
                families.keySet().stream().map(name -> "`" + name + "`"),
                Stream.of("video"))
            .flatMap(names -> names)
            .toList(),
        lines);
    page.append('\n');
    for (int i = 0; i < reasons.size(); i++) {
      page.append(Markdown.wrapped("%d. %s".formatted(i + 1, reasons.get(i)))).append('\n');
    }
  }

  private static String video(ReducerFactory method, List<String> reasons) {
    String said = ListedMethod.of(method).video();
    return said.startsWith("no: ")
        ? number(said.substring("no: ".length()), reasons)
        : said.replaceFirst(": .*", "").replaceFirst("^with (\\S+)", "`$1`");
  }

  private static String number(String why, List<String> reasons) {
    if (!reasons.contains(why)) {
      reasons.add(why);
    }
    return String.valueOf(reasons.indexOf(why) + 1);
  }

  private static String cell(MethodFits.Fit fit, List<String> reasons) {
    if (fit.why().isPresent()) {
      return number(fit.why().get(), reasons);
    }
    Optional<String> key =
        Stream.of(fit.spelling().orElseThrow().split("[:,]"))
            .filter(part -> part.contains("="))
            .filter(part -> !part.startsWith("tokens=") && !part.startsWith("clip="))
            .filter(part -> !part.startsWith("ratio="))
            .filter(part -> !part.startsWith("n="))
            .filter(part -> !part.startsWith("pruned="))
            .findFirst();
    return key.map(part -> "`" + part + "`").orElse("yes");
  }

  private static String prose(ReducerFactory method) throws IOException {
    Class<?> type = method.getClass();
    while (type.getEnclosingClass() != null) {
      type = type.getEnclosingClass();
    }
    return JavadocText.of(SOURCES, type).body(type.getSimpleName());
  }
}
