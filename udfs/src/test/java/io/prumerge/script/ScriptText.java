package io.prumerge.script;

import io.prumerge.torchscript.LlavaScript.TorchArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/** Users' scripts made of TorchScript text, as {@code torch.jit.save} would write them. */
public final class ScriptText {

  /** FasterVLM: the patches with the most class attention, of equal ones the first. */
  public static final String FASTERVLM =
      """
          tokens = int(numbers["tokens"])
          best = torch.argsort(evidence["class_attention"], stable=True, dim=-1, descending=True)
          kept, places = torch.sort(torch.slice(best, 0, 0, tokens))
          return kept
      """;

  private ScriptText() {}

  /** FasterVLM under a name of its own, known to this process. */
  public static ScriptFile fasterVlm(String name) {
    return file(name, "{\"sees\": \"class_attention\", \"tokens\": \"exact\"}", FASTERVLM);
  }

  /**
   * A script that is known to this process.
   *
   * @param describes what {@code describe()} returns
   * @param body of {@code forward}, which returns a tensor
   */
  public static ScriptFile file(String name, String describes, String body) {
    return file(name, describes, "Tensor", body);
  }

  /** The same with another type of result. */
  public static ScriptFile file(String name, String describes, String result, String body) {
    ScriptFile file = new ScriptFile(name, bytes(describes, result, body));
    ScriptLibrary.add(file);
    return file;
  }

  /** The bytes of a script. */
  public static byte[] bytes(String describes, String result, String body) {
    String source =
        String.format(
            Locale.ROOT,
            """
            class Own(Module):
              __parameters__ = []
              __buffers__ = []
              def describe(self: __torch__.Own) -> Dict[str, str]:
                return %s
              def forward(self: __torch__.Own, evidence: Dict[str, Tensor], numbers: Dict[str, float]) -> %s:
            %s
            """,
            describes,
            result,
            body.indent(0).stripTrailing());
    return archive(source);
  }

  /** The archive of a class {@code Own}. */
  public static byte[] archive(String source) {
    try (InputStream archive = TorchArchive.of("Own", source, Map.of())) {
      return archive.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
