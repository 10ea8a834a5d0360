package io.prumerge.finetune;

import io.prumerge.console.UsageException;
import io.prumerge.reduction.MethodSpec;
import picocli.CommandLine.Option;

/**
 * What is given of a recipe on the command line. The defaults are the paper's where they do not
 * depend on its machines: LLaVA-PruMerge, {@code scripts/v1_5/finetune_lora_7b.sh}, which has 160
 * rows on 4 devices.
 */
public final class RecipeSettings {

  @Option(
      names = "--method",
      paramLabel = "SPEC",
      description = "Method whose tokens are trained with; default prumerge.")
  private MethodSpec method;

  @Option(
      names = "--rank",
      paramLabel = "N",
      description = "Rank of LoRA; default ${DEFAULT-VALUE}.")
  private int rank = 128;

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
  private double dropout = 0;

  @Option(names = "--lr", paramLabel = "X", description = "Peak learning rate; default 2e-4.")
  private double lr = 2e-4;

  @Option(
      names = "--connector-lr",
      paramLabel = "X",
      description =
          "Peak learning rate of the connector, which is trained in full; 0 leaves it as it is. Default 2e-5.")
  private double connectorLr = 2e-5;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the data; default ${DEFAULT-VALUE}.")
  private int epochs = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Number of steps, in place of --epochs.")
  private int steps = 0;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Rows per step, over all devices; default ${DEFAULT-VALUE}.")
  private int batch = 160;

  @Option(
      names = "--together",
      paramLabel = "N",
      description =
          "Rows about one image, at most, that follow each other in a batch and share its work; default ${DEFAULT-VALUE}: all rows in any order.")
  private int together = 1;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Seed of the initial values and of the order of the rows; default ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "Cut rows after so many positions, visual ones included; default ${DEFAULT-VALUE}.")
  private int maxTokens = 2048;

  @Option(
      names = "--pass-rows",
      paramLabel = "N",
      description =
          "Positions that go through the decoder together; fewer need less memory. Default ${DEFAULT-VALUE}.")
  private int passRows = 4096;

  /**
   * Returns the recipe.
   *
   * @throws UsageException if a value does not fit
   */
  public Recipe recipe() {
    try {
      return new Recipe(
          method == null ? "prumerge" : method.toString(),
          new AdapterRecipe(rank, alpha == null ? 2.0 * rank : alpha, dropout),
          new LearningRates(lr, connectorLr),
          new TrainingSchedule(epochs, steps, batch, together),
          seed,
          maxTokens,
          passRows);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
