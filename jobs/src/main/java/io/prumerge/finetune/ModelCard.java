package io.prumerge.finetune;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The adapter's {@code README.md}, with the front matter that model hubs read. */
final class ModelCard {

  private ModelCard() {}

  /**
   * Returns the text.
   *
   * @param name the adapter's folder
   */
  static String of(String name, TrainingManifest made) {
    TrainingRecord settings = made.settings();
    Recipe recipe = settings.recipe();
    List<String> rows =
        List.of(
            row("base model", settings.model()),
            row("visual tokens", "`" + recipe.method() + "`"),
            row(
                "LoRA",
                "rank %d, alpha %s%s, on q, k, v, o, gate, up and down of all decoder layers",
                recipe.rank(),
                number(recipe.alpha()),
                recipe.dropout() > 0 ? ", dropout " + number(recipe.dropout()) : ""),
            row("connector", recipe.connectorLr() > 0 ? "trained in full" : "as in the base"),
            row("trained values", "%,d", made.parameters()),
            row(
                "data",
                "%s (SHA-256 %s), %,d rows%s",
                Path.of(settings.data()).getFileName(),
                settings.dataSha256(),
                settings.rows(),
                settings.brokenRows() > 0
                    ? String.format(Locale.ROOT, ", %,d left out", settings.brokenRows())
                    : ""),
            row("steps", "%,d of %,d rows", made.steps(), recipe.batch()),
            row(
                "learning rate",
                "%s%s, warm-up 3 %%, then a cosine",
                number(recipe.lr()),
                recipe.connectorLr() > 0 ? ", connector " + number(recipe.connectorLr()) : ""),
            row("seed", "%d", recipe.seed()),
            row(
                "arithmetic",
                "%s on %s; the adapter is trained in fp32 and stored in %s",
                made.dtype(),
                made.device(),
                settings.adapterDtype()),
            row(
                "loss",
                "%.4f at the first step, %.4f at the end",
                made.firstLoss(),
                made.lastLoss()));
    return String.join(
        "\n",
        "---",
        "base_model: " + settings.model(),
        "library_name: peft",
        "---",
        "",
        "# " + name,
        "",
        "A LoRA adapter, trained by `prumerge-spark finetune` with the visual tokens that a method leaves.",
        "A run loads it as the model BASE+ADAPTER; so do transformers with peft.",
        "",
        "| | |",
        "|---|---|",
        String.join("\n", rows),
        "",
        "`training.json` has all settings and versions.",
        "");
  }

  private static String row(String name, String format, Object... values) {
    return "| " + name + " | " + String.format(Locale.ROOT, format, values) + " |";
  }

  private static String row(String name, String value) {
    return "| " + name + " | " + value + " |";
  }

  /** Returns a number without trailing zeros. */
  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value).replaceFirst("\\.?0+(e|$)", "$1");
  }
}
