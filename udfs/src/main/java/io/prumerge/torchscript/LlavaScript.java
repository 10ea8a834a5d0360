package io.prumerge.torchscript;

import io.prumerge.architecture.ClipLayer;
import io.prumerge.architecture.ClipTextWeights;
import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.CrossBlocks;
import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.LlamaLora;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.MlpConnector;
import io.prumerge.architecture.OptWeights;
import io.prumerge.architecture.PackedTower;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.Resampler;
import io.prumerge.architecture.TiledViews;
import io.prumerge.architecture.WeightField;
import io.prumerge.architecture.WeightStruct;
import io.prumerge.lang.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Composes the TorchScript archive of the models: one text per part, the structs of the declared
 * weights, and a module with one method for each function of the parts.
 */
public final class LlavaScript {

  private static final String MODULE = "Llava";
  static final List<String> PARTS =
      List.of(
          "ops",
          "clip",
          "cliptext",
          "connector",
          "crossattention",
          "decoder",
          "evidence",
          "layout",
          "llama",
          "opt",
          "packed",
          "packedtower",
          "perceiver",
          "pool",
          "products",
          "prumerge",
          "qformer",
          "resampler",
          "rules",
          "script",
          "training");

  /** The structs of all parts of models. */
  private static final List<WeightStruct> STRUCTS =
      List.of(
          ClipWeights.EMBEDDINGS,
          ClipLayer.STRUCT,
          ClipLayer.SCORES,
          ClipWeights.LAST,
          ClipTextWeights.ENDS,
          ClipTextWeights.VISION,
          PackedTower.EMBEDDINGS,
          PackedTower.LAYER,
          MlpConnector.STRUCT,
          MlpConnector.NORMED,
          LinearConnector.STRUCT,
          QFormer.ENDS,
          QFormer.VOCABULARY,
          QFormer.ATTENTION,
          QFormer.MLP,
          Resampler.STRUCT,
          PerceiverResampler.ENDS,
          PerceiverResampler.LAYER,
          CrossBlocks.CONSTANTS,
          CrossBlocks.BLOCK,
          TiledViews.ROW,
          LlamaWeights.ENDS,
          LlamaWeights.LAYER,
          OptWeights.ENDS,
          OptWeights.LAYER,
          LlamaLora.LAYER);

  private LlavaScript() {}

  /**
   * Returns the archive as {@code torch.jit.load} reads it.
   *
   * @param packs whether the libtorch that loads it has oneDNN's functions for packed weights: an
   *     archive that names an unknown function is refused as a whole
   * @param pieces whether products of many rows are faster in pieces
   */
  public static InputStream archive(boolean packs, boolean pieces) {
    Map<String, String> parts = new TreeMap<>();
    PARTS.forEach(part -> parts.put(part, text(part)));
    if (!packs) {
      parts.put("packed", text("unpacked"));
    }
    if (pieces) {
      parts.put("products", text("pieces"));
    }
    parts.put("weights", StructScript.of(STRUCTS));
    Map<String, String> written = PartSource.forLoader(parts);
    String methods =
        written.entrySet().stream()
            .flatMap(
                part ->
                    PartSource.FUNCTION
                        .matcher(part.getValue())
                        .results()
                        .map(function -> method(part.getKey(), function)))
            .collect(Collectors.joining("\n"));
    return TorchArchive.of(
        MODULE,
        "class " + MODULE + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n\n" + methods,
        written);
  }

  /** Returns the text of one part, which is Python. */
  public static String text(String part) {
    String resource = part + ".torchscript";
    try (InputStream source = LlavaScript.class.getResourceAsStream(resource)) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + resource, e);
    }
  }

  private static String method(String part, MatchResult function) {
    String name = function.group(1);
    String arguments = function.group(2).strip().replaceAll("\\s+", " ").replaceAll(",$", "");
    String names = String.join(", ", PartSource.parameters(function));
    return Text.format(
        "  def %s(self: __torch__.%s, %s) -> %s:\n    return __torch__.parts.%s.%s(%s)\n",
        name, MODULE, arguments, function.group(3), part, name, names);
  }

  /**
   * Writes the TorchScript of the structs that hold a part's weights, one field for each declared
   * weight, and of the functions {@code pack<Struct>} and {@code pack<Struct>s} that fill them.
   */
  private static final class StructScript {

    private StructScript() {}

    /**
     * Returns the text of one module.
     *
     * @param structs of all models
     */
    static String of(List<WeightStruct> structs) {
      StringBuilder text = new StringBuilder();
      for (WeightStruct struct : structs) {
        declare(struct, text);
        pack(struct, text);
      }
      return text.toString();
    }

    private static void declare(WeightStruct struct, StringBuilder text) {
      text.append(text.isEmpty() ? "" : "\n")
          .append("class ")
          .append(struct.name())
          .append("(NamedTuple):\n");
      for (WeightField field : struct.fields()) {
        String type = field.optional() ? "Optional[Tensor]" : "Tensor";
        text.append("  ").append(field.name()).append(": ").append(type).append('\n');
      }
    }

    // at: the place of each field's tensor in w, -1 for none.
    private static void pack(WeightStruct struct, StringBuilder text) {
      StringBuilder fields = new StringBuilder();
      for (int i = 0; i < struct.fields().size(); i++) {
        String field = struct.fields().get(i).optional() ? "ops.optional(w, at[%d])" : "w[at[%d]]";
        fields.append(i == 0 ? "" : ", ").append(field.replace("%d", Integer.toString(i)));
      }
      text.append(
          """

          def pack@(w: List[Tensor], at: List[int]) -> @:
            return @(FIELDS)

          def pack@s(w: List[Tensor], at: List[List[int]]) -> List[@]:
            return [pack@(w, one) for one in at]
          """
              .replace("@", struct.name())
              .replace("FIELDS", fields));
    }
  }

  /**
   * A TorchScript archive made from source text: what {@code torch.jit.save} would write for a
   * module without attributes, so that no Python is needed to make it.
   */
  public static final class TorchArchive {

    // A pickle of one object: GLOBAL class, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, BUILD, STOP.
    private static final byte[] PICKLE_PROTOCOL_2 = {(byte) 0x80, 2};
    private static final byte[] NEW_OBJECT_WITHOUT_STATE = {')', (byte) 0x81, '}', 'b', '.'};
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};
    // The newest operator version; a lower one would switch on upgraders of old operators.
    private static final String VERSION = "10\n";

    private TorchArchive() {}

    /**
     * Packs a module.
     *
     * @param source of {@code class <className>(Module)}
     * @param parts sources of the modules {@code __torch__.parts.<name>} by name
     */
    public static InputStream of(String className, String source, Map<String, String> parts) {
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(archive)) {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write(PICKLE_PROTOCOL_2);
        object.write(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
        object.write(NEW_OBJECT_WITHOUT_STATE);
        put(zip, "data.pkl", object.toByteArray());
        put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, String> part : parts.entrySet()) {
          String name = "code/__torch__/parts/" + part.getKey() + ".py";
          put(zip, name, part.getValue().getBytes(StandardCharsets.UTF_8));
        }
        put(zip, "constants.pkl", EMPTY_TUPLE);
        put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot pack the TorchScript of " + className, e);
      }
      return new ByteArrayInputStream(archive.toByteArray());
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
      zip.putNextEntry(new ZipEntry("m/" + name));
      zip.write(bytes);
      zip.closeEntry();
    }
  }
}
