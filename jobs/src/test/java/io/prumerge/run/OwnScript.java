package io.prumerge.run;

import io.prumerge.torchscript.LlavaScript.TorchArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A user's reducer as {@code torch.jit.save} would write it, made of text. */
public final class OwnScript {

  public static final String FASTERVLM =
      """
          best = torch.argsort(evidence["class_attention"], stable=True, dim=-1, descending=True)
          kept, places = torch.sort(torch.slice(best, 0, 0, int(numbers["tokens"])))
          return kept
      """;

  private OwnScript() {}

  /**
   * Writes a script.
   *
   * @param sees evidence that it asks for
   * @param body of {@code forward}
   */
  public static Path write(Path file, String sees, String body) throws IOException {
    String source =
        """
        class Own(Module):
          __parameters__ = []
          __buffers__ = []
          def describe(self: __torch__.Own) -> Dict[str, str]:
            return {"sees": "%s"}
          def forward(self: __torch__.Own, evidence: Dict[str, Tensor], numbers: Dict[str, float]) -> Tensor:
        %s
        """
            .formatted(sees, body.stripTrailing());
    try (InputStream archive = TorchArchive.of("Own", source, Map.of())) {
      return Files.write(file, archive.readAllBytes());
    }
  }
}
