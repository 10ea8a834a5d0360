package io.prumerge.jobs;

import io.prumerge.finetune.Recipe;
import io.prumerge.reduction.MethodSpec;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how an adapter is trained. Empty where not given. */
final class RecipeFlags {

  @Option(
      names = "--method",
      paramLabel = "SPEC",
      description = "Method whose tokens are trained with; default prumerge.")
  private MethodSpec method;

  @Option(names = "--rank", paramLabel = "N", description = "Rank of LoRA; default 128.")
  private Integer rank;

  @Option(
      names = "--alpha",
      paramLabel = "X",
      description = "A product counts alpha / rank times; default 2 x rank.")
  private Double alpha;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description =
          "Probability with which an adapter sees an element of its input as 0; default 0. The paper has 0.05.")
  private Double dropout;

  @Option(names = "--lr", paramLabel = "X", description = "Peak learning rate; default 2e-4.")
  private Double lr;

  @Option(
      names = "--connector-lr",
      paramLabel = "X",
      description =
          "Peak learning rate of the connector, which is trained in full; 0 leaves it as it is. Default 2e-5.")
  private Double connectorLr;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data; default 1.")
  private Integer epochs;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Number of steps, in place of --epochs.")
  private Integer steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Rows per step, over all devices; default 160.")
  private Integer batch;

  @Option(
      names = "--together",
      paramLabel = "N",
      description =
          "Rows about one image, at most, that follow each other in a batch and share its work; default 1: all rows in any order.")
  private Integer together;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the initial values and of the order of the rows; default 42.")
  private Long seed;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Cut rows after so many positions, visual ones included; default 2048.")
  private Integer maxTokens;

  @Option(
      names = "--pass-rows",
      paramLabel = "N",
      description =
          "Positions that go through the decoder together; fewer need less memory. Default 4096.")
  private Integer passRows;

  /**
   * Returns the recipe.
   *
   * @throws IllegalArgumentException if a value does not fit
   */
  Recipe recipe() {
    Recipe defaults = Recipe.DEFAULTS;
    int width = or(rank, defaults.rank());
    return new Recipe(
        Optional.ofNullable(method).map(MethodSpec::toString).orElse(defaults.method()),
        width,
        or(alpha, 2.0 * width),
        or(dropout, defaults.dropout()),
        or(lr, defaults.lr()),
        or(connectorLr, defaults.connectorLr()),
        or(epochs, defaults.epochs()),
        or(steps, defaults.steps()),
        or(batch, defaults.batch()),
        or(together, defaults.together()),
        or(seed, defaults.seed()),
        or(maxTokens, defaults.maxTokens()),
        or(passRows, defaults.passRows()));
  }

  private static <T> T or(T given, T other) {
    return given == null ? other : given;
  }
}
