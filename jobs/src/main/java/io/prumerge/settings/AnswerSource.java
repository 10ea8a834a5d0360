package io.prumerge.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.location.HubName;
import io.prumerge.torch.Quantization;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What answers come from: what {@code --model} names, and {@code --as} after a label. Every command
 * reads it here, and its canonical spelling stands in manifests. To add a form, declare a record
 * and read it in {@link #parse}.
 */
public sealed interface AnswerSource {

  /**
   * Reads any form.
   *
   * @throws IllegalArgumentException if an endpoint is misspelled; the message shows no password
   *     and no query
   */
  @JsonCreator
  static AnswerSource parse(String text) {
    if (text.startsWith(Files.PREFIX)) {
      return new Files(text.substring(Files.PREFIX.length()));
    }
    return Endpoint.isNamedBy(text) ? new Server(Endpoint.parse(text)) : new Checkpoint(text);
  }

  /** Returns the source of answers that files hold, of a model that they name. */
  static AnswerSource ofFiles(String model) {
    return new Files(model);
  }

  /** Returns its name in the tables. */
  String name();

  /** Returns the name in the tables of a model that is quantized, {@code llava-1.5-7b-hf-int8}. */
  default String name(Quantization quantization) {
    return quantization == Quantization.NONE ? name() : name() + "-" + quantization.label();
  }

  /** Returns the endpoint; empty if it is none. */
  default Optional<Endpoint> endpoint() {
    return Optional.empty();
  }

  /** Returns this with another text of its folders; itself if it has none. */
  default AnswerSource placed(UnaryOperator<String> place) {
    return this;
  }

  /** Returns the canonical spelling. */
  @JsonValue
  @Override
  String toString();

  /**
   * A checkpoint.
   *
   * @param folders as {@link ModelFolders} spells them, or names on the hub
   */
  record Checkpoint(String folders) implements AnswerSource {

    /**
     * Returns the last part of the folder, as in LLaVA's answer files, of several folders joined as
     * the model's are; of a name on the hub that without the owner's. A folder whose name begins
     * with that of the one before it names both: {@code llava-v1.5-7b+llava-v1.5-7b-lora} is {@code
     * llava-v1.5-7b-lora}.
     */
    @Override
    public String name() {
      Deque<String> names = new ArrayDeque<>();
      for (String folder : ModelFolders.split(folders)) {
        String name = HubName.last(folder);
        if (!names.isEmpty() && name.startsWith(names.getLast() + "-")) {
          names.removeLast();
        }
        names.add(name);
      }
      return ModelFolders.join(List.copyOf(names));
    }

    @Override
    public AnswerSource placed(UnaryOperator<String> place) {
      return new Checkpoint(place.apply(folders));
    }

    @Override
    public String toString() {
      return folders;
    }
  }

  /** A model behind an endpoint, whose name there is its name. */
  record Server(Endpoint server) implements AnswerSource {

    @Override
    public String name() {
      return server.name();
    }

    @Override
    public Optional<Endpoint> endpoint() {
      return Optional.of(server);
    }

    @Override
    public String toString() {
      return server.toString();
    }
  }

  /**
   * Files with another program's answers, of which a run is made; nobody can ask it again.
   *
   * @param model the model that the files name
   */
  record Files(String model) implements AnswerSource {

    private static final String PREFIX = "answers:";

    @Override
    public String name() {
      return model;
    }

    @Override
    public String toString() {
      return PREFIX + model;
    }
  }
}
