package io.prumerge.settings;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.UsageException;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.lang.Text;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Quantization;
import java.util.List;
import java.util.Optional;

/**
 * A model to evaluate.
 *
 * @param source as given
 * @param weights weights that it must have
 * @param quantization of its decoder's products; none of a model behind an endpoint
 * @param template name of the conversation template where a run's options leave it to the model:
 *     that of the run that is continued, or auto
 */
public record PinnedModel(
    AnswerSource source, WeightsPin weights, Quantization quantization, String template) {

  /**
   * @throws IllegalArgumentException if an endpoint has pinned weights, or nobody can be asked
   */
  public PinnedModel {
    if (source instanceof AnswerSource.Files) {
      throw new IllegalArgumentException(
          Text.format("'%s' are answers in files, whose model nobody can ask here", source));
    }
    if (source.endpoint().isPresent() && !weights.equals(WeightsPin.NONE)) {
      throw new IllegalArgumentException(
          Text.format("'%s' has no weights here that a SHA-256 could pin", source));
    }
  }

  /** A model whose decoder multiplies in the arithmetic of the run, in its own template. */
  public PinnedModel(String model, WeightsPin weights) {
    this(AnswerSource.parse(model), weights, Quantization.NONE, ConversationTemplate.AUTO);
  }

  /** Returns this model as a run asks it that was begun with a template, empty at an endpoint. */
  public PinnedModel asked(Optional<String> begun) {
    return begun.map(name -> new PinnedModel(source, weights, quantization, name)).orElse(this);
  }

  /** Returns the folder as given, with the quantization if there is one. */
  public String spelling() {
    return quantization == Quantization.NONE
        ? source.toString()
        : source + " " + quantization.label();
  }

  /** Returns the model once for each way to quantize it; once behind an endpoint. */
  public List<PinnedModel> quantized(List<Quantization> ways) {
    return endpoint().isPresent()
        ? List.of(this)
        : ways.stream().map(way -> new PinnedModel(source, weights, way, template)).toList();
  }

  /**
   * Returns a model with any weights.
   *
   * @throws IllegalArgumentException as {@link AnswerSource#parse}
   */
  public static PinnedModel any(String model) {
    return new PinnedModel(model, WeightsPin.NONE);
  }

  /** Finds the folders of the model's names on the hub, whose commits are then fixed. */
  public PinnedModel located() {
    return new PinnedModel(source.placed(Folders::located), weights, quantization, template);
  }

  /**
   * Finds the folders as {@link #located} does; returns this if the cache has not all of them: a
   * finished run needs none.
   */
  public PinnedModel locatedIfKnown() {
    try {
      return located();
    } catch (UsageException e) {
      return this;
    }
  }

  /** Returns the full path of its folders. */
  public AnswerSource full() {
    return source.placed(Folders::fullPath);
  }

  /** Returns the endpoint that serves the model; empty if it is a folder. */
  public Optional<Endpoint> endpoint() {
    return source.endpoint();
  }

  /** Returns the model's name in the tables. */
  public String name() {
    return source.name(quantization);
  }
}
