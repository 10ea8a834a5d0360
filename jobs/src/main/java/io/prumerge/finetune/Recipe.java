package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.console.UsageException;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.store.FileNames;
import io.prumerge.training.OptimizerSettings;
import io.prumerge.training.TrainingSettings;
import io.prumerge.training.TrainingSettings.LoraSettings;
import java.io.Serializable;
import java.util.Locale;
import picocli.CommandLine.Option;

/**
 * How an adapter is trained. Its values, with those of its parts, are also the keys of a file's
 * {@code trainings}.
 *
 * @param method spec of the method whose tokens it learns from
 * @param seed of the initial values and of the order of the rows
 * @param maxTokens positions of a row, visual tokens included; what follows them is cut off
 * @param passRows positions that go through the decoder together
 */
public record Recipe(
    String method,
    @JsonUnwrapped Adapter adapter,
    @JsonUnwrapped LearningRates rates,
    @JsonUnwrapped Schedule schedule,
    long seed,
    int maxTokens,
    int passRows)
    implements Serializable {

  /** The recipe without any setting. */
  public static final Recipe DEFAULTS = new Settings().recipe();

  private static final long serialVersionUID = 1L;

  public Recipe {
    method = MethodSpec.parse(method).toString();
    require("epochs", schedule.epochs, 1);
    require("steps", schedule.steps, 0);
    require("batch", schedule.batch, 1);
    require("together", schedule.together, 1);
    require("max_tokens", maxTokens, 2);
    new TrainingSettings(lora(adapter, rates), rates.optimizer(), 1, seed, passRows, true);
  }

  /**
   * A LoRA adapter.
   *
   * @param rank of LoRA
   * @param alpha a product counts alpha / rank times
   * @param dropout probability with which an adapter sees an element of its input as 0
   */
  public record Adapter(int rank, double alpha, double dropout) implements Serializable {

    private static final long serialVersionUID = 1L;
  }

  /**
   * Peak learning rates.
   *
   * @param lr of LoRA
   * @param connectorLr of the connector, which is trained in full; 0: it is not trained
   */
  public record LearningRates(double lr, double connectorLr) implements Serializable {

    private static final long serialVersionUID = 1L;

    private OptimizerSettings optimizer() {
      OptimizerSettings paper = OptimizerSettings.PAPER;
      return new OptimizerSettings(
          lr,
          connectorLr,
          paper.weightDecay(),
          paper.beta1(),
          paper.beta2(),
          paper.epsilon(),
          paper.warmUp());
    }
  }

  /**
   * Which rows are trained on together.
   *
   * @param epochs passes over the data
   * @param steps number of steps in place of {@code epochs}; 0: by the epochs
   * @param batch rows per step, over all devices
   * @param together most rows about one image that follow each other in a batch and share its work
   */
  public record Schedule(int epochs, int steps, int batch, int together) implements Serializable {

    private static final long serialVersionUID = 1L;
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be at least %d, it is %d", name, least, value));
    }
  }

  private static LoraSettings lora(Adapter adapter, LearningRates rates) {
    return new LoraSettings(adapter.rank, adapter.alpha, rates.connectorLr > 0, adapter.dropout);
  }

  LoraSettings lora() {
    return lora(adapter, rates);
  }

  MethodSpec methodSpec() {
    return MethodSpec.read(method);
  }

  /** Returns the steps of the whole training. */
  int steps(int rows) {
    return schedule.steps > 0
        ? schedule.steps
        : Math.multiplyExact(schedule.epochs, RowOrder.steps(rows, schedule.batch));
  }

  /** Returns the epoch of a step: the first step is 0, the first epoch 1. */
  int epoch(int step, int rows) {
    return step / RowOrder.steps(rows, schedule.batch) + 1;
  }

  /**
   * Returns the order of the rows.
   *
   * @param images a number for each row's image
   */
  RowOrder order(int[] images) {
    return new RowOrder(images, schedule.batch, schedule.together, seed);
  }

  /** Returns what the engine needs to know. */
  TrainingSettings settings(int rows) {
    return new TrainingSettings(lora(), rates.optimizer(), steps(rows), seed, passRows, true);
  }

  /** Returns the learning rate of LoRA in a step, from 0. */
  double learningRate(int step, int rows) {
    return rates.lr * rates.optimizer().share(step, steps(rows));
  }

  /**
   * Returns a folder's name for the adapter, with everything that a sweep usually varies. It has no
   * {@code +}, which joins the folders of a model.
   */
  String folderName() {
    return FileNames.safe(
            String.format(
                Locale.ROOT,
                "%s-r%d-a%s-lr%s-c%s-s%d",
                method,
                adapter.rank,
                Parameters.plain(adapter.alpha),
                Parameters.plain(rates.lr),
                Parameters.plain(rates.connectorLr),
                seed))
        .replace("+", "plus");
  }

  /**
   * What is given of a recipe on the command line. The defaults are the paper's where they do not
   * depend on its machines: LLaVA-PruMerge, {@code scripts/v1_5/finetune_lora_7b.sh}, which has 160
   * rows on 4 devices.
   */
  public static final class Settings {

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
            new Adapter(rank, alpha == null ? 2.0 * rank : alpha, dropout),
            new LearningRates(lr, connectorLr),
            new Schedule(epochs, steps, batch, together),
            seed,
            maxTokens,
            passRows);
      } catch (IllegalArgumentException e) {
        throw new UsageException(e.getMessage(), e);
      }
    }
  }
}
