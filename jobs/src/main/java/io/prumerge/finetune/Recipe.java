package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.store.FileNames;
import io.prumerge.training.LoraSettings;
import io.prumerge.training.TrainingSettings;
import java.io.Serializable;

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
    @JsonUnwrapped AdapterRecipe adapter,
    @JsonUnwrapped LearningRates rates,
    @JsonUnwrapped TrainingSchedule schedule,
    long seed,
    int maxTokens,
    int passRows)
    implements Serializable {

  /** The recipe without any setting. */
  public static final Recipe DEFAULTS = new RecipeSettings().recipe();

  private static final long serialVersionUID = 1L;

  public Recipe {
    method = MethodSpec.parse(method).toString();
    require("epochs", schedule.epochs(), 1);
    require("steps", schedule.steps(), 0);
    require("batch", schedule.batch(), 1);
    require("together", schedule.together(), 1);
    require("max_tokens", maxTokens, 2);
    new TrainingSettings(lora(adapter, rates), rates.optimizer(), 1, seed, passRows, true);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          Text.format("%s must be at least %d, it is %d", name, least, value));
    }
  }

  private static LoraSettings lora(AdapterRecipe adapter, LearningRates rates) {
    return new LoraSettings(
        adapter.rank(), adapter.alpha(), rates.connectorLr() > 0, adapter.dropout());
  }

  LoraSettings lora() {
    return lora(adapter, rates);
  }

  MethodSpec methodSpec() {
    return MethodSpec.read(method);
  }

  /** Returns the steps of the whole training. */
  int steps(int rows) {
    return schedule.steps() > 0
        ? schedule.steps()
        : Math.multiplyExact(schedule.epochs(), BatchSampler.steps(rows, schedule.batch()));
  }

  /** Returns the epoch of a step: the first step is 0, the first epoch 1. */
  int epoch(int step, int rows) {
    return step / BatchSampler.steps(rows, schedule.batch()) + 1;
  }

  /**
   * Returns the order of the rows.
   *
   * @param images a number for each row's image
   */
  BatchSampler order(int[] images) {
    return new BatchSampler(images, schedule.batch(), schedule.together(), seed);
  }

  /** Returns the engine's settings of the training. */
  TrainingSettings settings(int rows) {
    return new TrainingSettings(lora(), rates.optimizer(), steps(rows), seed, passRows, true);
  }

  /** Returns the learning rate of LoRA in a step, from 0. */
  double learningRate(int step, int rows) {
    return rates.lr() * rates.optimizer().share(step, steps(rows));
  }

  /**
   * Returns a folder's name for the adapter, with everything that a sweep usually varies. It has no
   * {@code +}, which joins the folders of a model.
   */
  String folderName() {
    return FileNames.safe(
            Text.format(
                "%s-r%d-a%s-lr%s-c%s-s%d",
                method,
                adapter.rank(),
                Parameters.plain(adapter.alpha()),
                Parameters.plain(rates.lr()),
                Parameters.plain(rates.connectorLr()),
                seed))
        .replace("+", "plus");
  }
}
