package io.prumerge.settings;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.UsageException;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.location.HubName;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Quantization;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model to evaluate.
 *
 * @param folder folder as given, or the spelling of an {@link Endpoint}
 * @param weights weights that it must have
 * @param quantization of its decoder's products; none of a model behind an endpoint
 * @param template name of the conversation template where a run's options leave it to the model:
 *     that of the run that is continued, or auto
 */
public record PinnedModel(
    String folder, WeightsPin weights, Quantization quantization, String template) {

  /**
   * @throws IllegalArgumentException if an endpoint is misspelled, or has pinned weights
   */
  public PinnedModel {
    if (Endpoint.isNamedBy(folder)) {
      folder = Endpoint.parse(folder).toString();
      if (!weights.equals(WeightsPin.NONE)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "'%s' has no weights here that a SHA-256 could pin", folder));
      }
    }
  }

  /** A model in its own conversation template. */
  public PinnedModel(String folder, WeightsPin weights, Quantization quantization) {
    this(folder, weights, quantization, ConversationTemplate.AUTO);
  }

  /** A model whose decoder multiplies in the arithmetic of the run. */
  public PinnedModel(String folder, WeightsPin weights) {
    this(folder, weights, Quantization.NONE);
  }

  /** Returns this model as a run asks it that was begun with a template, empty at an endpoint. */
  public PinnedModel asked(Optional<String> begun) {
    return begun.map(name -> new PinnedModel(folder, weights, quantization, name)).orElse(this);
  }

  /** Returns the folder as given, with the quantization if there is one. */
  public String spelling() {
    return quantization == Quantization.NONE ? folder : folder + " " + quantization.label();
  }

  /** Returns the model once for each way to quantize it; once behind an endpoint. */
  public List<PinnedModel> quantized(List<Quantization> ways) {
    return endpoint().isPresent()
        ? List.of(this)
        : ways.stream().map(way -> new PinnedModel(folder, weights, way, template)).toList();
  }

  /** Returns a model with any weights. */
  public static PinnedModel any(String folder) {
    return new PinnedModel(folder, WeightsPin.NONE);
  }

  /** Finds the folders of the model's names on the hub, whose commits are then fixed. */
  public PinnedModel located() {
    return endpoint().isPresent()
        ? this
        : new PinnedModel(Folders.located(folder), weights, quantization, template);
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

  /** Returns the endpoint that serves the model; empty if it is a folder. */
  public Optional<Endpoint> endpoint() {
    return endpoint(folder);
  }

  /** Returns the endpoint that a model's path spells; empty if it is a folder. */
  public static Optional<Endpoint> endpoint(String model) {
    return Endpoint.isNamedBy(model) ? Optional.of(Endpoint.parse(model)) : Optional.empty();
  }

  /**
   * Returns a model's name in the tables: the last part of its folder, as in LLaVA's answer files,
   * of several folders joined as the model's are; or its name at the endpoint, or on the hub
   * without the owner's. A folder whose name begins with that of the one before it names both:
   * {@code llava-v1.5-7b+llava-v1.5-7b-lora} is {@code llava-v1.5-7b-lora}.
   */
  public static String name(String model) {
    return endpoint(model)
        .map(Endpoint::name)
        .orElseGet(() -> ModelFolders.join(names(ModelFolders.split(model))));
  }

  /** Returns the name of a model that is quantized, {@code llava-1.5-7b-hf-int8}. */
  public static String name(String model, Quantization quantization) {
    return quantization == Quantization.NONE
        ? name(model)
        : name(model) + "-" + quantization.label();
  }

  private static List<String> names(List<String> folders) {
    Deque<String> names = new ArrayDeque<>();
    for (String folder : folders) {
      String name = HubName.last(folder);
      if (!names.isEmpty() && name.startsWith(names.getLast() + "-")) {
        names.removeLast();
      }
      names.add(name);
    }
    return List.copyOf(names);
  }
}
