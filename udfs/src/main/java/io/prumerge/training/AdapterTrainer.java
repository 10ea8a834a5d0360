package io.prumerge.training;

import io.prumerge.engine.LlavaEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains a LoRA adapter of a loaded model, and its connector where asked. The model itself stays as
 * it is and may answer questions meanwhile. Several may train one model, each for one thread at a
 * time.
 *
 * <p>The same model, settings and batches give the same bits on one machine with the same number of
 * threads, also when a training is {@link #restore restored} in between.
 */
public final class AdapterTrainer implements AutoCloseable {

  private AdapterTrainer() {}

  /**
   * Begins a training: lora_A uniform as peft draws it, by our own generator; lora_B zero; the
   * connector as it is.
   *
   * @param model is to stay open as long as this is
   * @throws io.prumerge.model.TorchException if the device cannot hold the trained values
   */
  public static AdapterTrainer open(LlavaEngine.Lease model, TrainingSettings settings) {
    throw new UnsupportedOperationException();
  }

  /** Number of trained values. */
  public int parameters() {
    throw new UnsupportedOperationException();
  }

  /** Steps taken so far. */
  public int steps() {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes one step of the optimiser. Loss and gradients are the means over all answer tokens of the
   * batch, as in transformers' trainer.
   *
   * @throws IllegalArgumentException if an example does not fit the model, saying how
   * @throws IllegalStateException if the batch has no answer token, the loss is no finite number, or
   *     all steps were taken; the trained values are as before
   * @throws io.prumerge.model.TorchException if the device fails; the trained values are as before
   */
  public StepResult step(List<TrainingExample> batch) {
    throw new UnsupportedOperationException();
  }

  /**
   * The sums of a part of a batch, for several devices that take each step together: add them up
   * and let every device {@link #apply} the sum. May throw as {@link #step}.
   */
  public BatchGradients gradients(List<TrainingExample> part) {
    throw new UnsupportedOperationException();
  }

  /** Takes one step with the sums over a whole batch. May throw as {@link #step}. */
  public StepResult apply(BatchGradients sum) {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes all that a training goes on from: trained values, moments and the number of steps taken.
   */
  public void saveState(OutputStream state) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Goes on from a state that {@link #saveState} wrote, of a training with the same settings.
   *
   * @throws IOException if it cannot be read, is cut short or is of other settings; this training is
   *     not to be used then
   */
  public void restore(InputStream state) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes the adapter as peft does: {@code adapter_config.json} and {@code
   * adapter_model.safetensors}, in fp32, the connector in it where it was trained. transformers with
   * peft and {@code --model BASE+ADAPTER} load it.
   *
   * @param folder is made if it is not there; these two files in it are replaced
   * @param base name of the base model for {@code base_model_name_or_path}
   */
  public void saveAdapter(Path folder, String base) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
