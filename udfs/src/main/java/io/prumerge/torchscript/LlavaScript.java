package io.prumerge.torchscript;

import io.prumerge.architecture.ClipTextWeights;
import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.LlamaLora;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.OptWeights;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.RowConnector.LinearConnector;
import io.prumerge.architecture.RowConnector.MlpConnector;
import io.prumerge.architecture.TiledViews;
import io.prumerge.architecture.WeightBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Composes the TorchScript archive of the models: one text per part, the structs of the declared
 * weights, and a module with one method for each function of the parts.
 */
public final class LlavaScript {

  private static final String MODULE = "Llava";
  private static final List<String> PARTS =
      List.of(
          "ops",
          "clip",
          "cliptext",
          "connector",
          "decoder",
          "evidence",
          "layout",
          "llama",
          "opt",
          "pool",
          "prumerge",
          "qformer",
          "script",
          "training");
  private static final Pattern FUNCTION =
      Pattern.compile("^def (\\w+)\\((.*)\\) -> (.*):$", Pattern.MULTILINE);
  private static final Pattern ARGUMENT = Pattern.compile("(\\w+): ");

  private LlavaScript() {}

  /** Returns the archive as {@code torch.jit.load} reads it. */
  public static InputStream archive() {
    Map<String, String> parts = new TreeMap<>();
    PARTS.forEach(part -> parts.put(part, text(part)));
    parts.put("weights", StructScript.of(structs()));
    String methods =
        parts.entrySet().stream()
            .flatMap(
                part ->
                    FUNCTION
                        .matcher(part.getValue())
                        .results()
                        .map(function -> method(part.getKey(), function)))
            .collect(Collectors.joining("\n"));
    return TorchArchive.of(
        MODULE,
        "class " + MODULE + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n\n" + methods,
        parts);
  }

  /** Returns the text of one part. */
  public static String text(String part) {
    String resource = part + ".torchscript";
    try (InputStream source = LlavaScript.class.getResourceAsStream(resource)) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + resource, e);
    }
  }

  // Fields do not depend on a model's dimensions.
  private static List<WeightBlock> structs() {
    ClipWeights clip = new ClipWeights(1, 1, 1, 1, 1, 1, 1, true);
    ClipTextWeights texts = new ClipTextWeights(1, 1, 1, 1, 1, 1, 1);
    QFormer queries = new QFormer(1, 1, 1, 1, 1, 1, 1, 1, QFormer.Words.NONE);
    LlamaWeights llama = new LlamaWeights(1, 1, 1, 1, 1, 1, false, false, false);
    OptWeights opt = new OptWeights(1, 1, 1, 1, 1, false, false);
    return List.of(
        clip.embeddings(),
        clip.layer(0),
        clip.scores(),
        clip.last(),
        texts.ends(),
        texts.vision(),
        new MlpConnector(1, 1, false).layers(),
        new LinearConnector(1, 1).layers(),
        queries.ends(),
        queries.vocabulary(),
        queries.attention(0),
        queries.queryMlp(0),
        TiledViews.newline(1),
        llama.ends(),
        llama.layer(0),
        opt.ends(),
        opt.layer(0),
        new LlamaLora(llama, 1).layer(0));
  }

  private static String method(String part, MatchResult function) {
    String name = function.group(1);
    String arguments = function.group(2);
    String names =
        ARGUMENT
            .matcher(arguments)
            .results()
            .map(argument -> argument.group(1))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "  def %s(self: __torch__.%s, %s) -> %s:\n    return __torch__.parts.%s.%s(%s)\n",
        name,
        MODULE,
        arguments,
        function.group(3),
        part,
        name,
        names);
  }
}
