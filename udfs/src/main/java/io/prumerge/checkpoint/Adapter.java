package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An adapter folder: peft's ({@code adapter_config.json} with {@code adapter_model.safetensors} or
 * {@code .bin}), LLaVA's (the same and {@code non_lora_trainables.bin}), or a connector alone
 * ({@code mm_projector.bin}). Source: LLaVA 1.2.2, {@code llava/model/builder.py}; peft 0.21.2,
 * {@code utils/save_and_load.py}.
 *
 * @param replacements tensors that take the place of the base's, by canonical name
 * @param updates what is added to the base's tensors, by canonical name
 * @param files all that these depend on
 */
record Adapter(
    SortedMap<String, TensorEntry> replacements,
    SortedMap<String, WeightEdit.LowRankUpdate> updates,
    List<Path> files) {

  /** Says what to do with an adapter's folder where a model's is needed. */
  static final String ALONE =
      "it is an adapter: write BASE+ADAPTER, with the model that it was trained for as BASE";

  private static final String CONFIG = "adapter_config.json";
  private static final List<String> WEIGHTS =
      List.of("adapter_model.safetensors", "adapter_model.bin");
  private static final List<String> WHOLE = List.of("non_lora_trainables.bin", "mm_projector.bin");
  private static final Pattern PRODUCT =
      Pattern.compile("(.+)\\.lora_([AB])(?:\\.[^.]+)?\\.weight");
  private static final String PEFT_PREFIX = "base_model.model.";
  private static final String LLAVA_PREFIX = "base_model.";
  private static final String DOUBLED = "model.model.";

  /** Whether a folder has one of the files that make an adapter. */
  static boolean isAdapter(Path folder) {
    return Stream.concat(Stream.of(CONFIG), WHOLE.stream())
        .map(folder::resolve)
        .anyMatch(Files::isRegularFile);
  }

  static Adapter read(Path folder) {
    try {
      Adapter adapter = new Adapter(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
      first(folder, WHOLE).ifPresent(adapter::addWhole);
      Path config = folder.resolve(CONFIG);
      if (Files.isRegularFile(config)) {
        adapter.files.add(config);
        Path weights =
            first(folder, WEIGHTS)
                .orElseThrow(
                    () ->
                        new CheckpointException(
                            "there is neither " + String.join(" nor ", WEIGHTS)));
        adapter.addProducts(weights, AdapterConfig.read(JsonFile.read(config)));
      }
      return adapter;
    } catch (CheckpointException e) {
      throw new CheckpointException("adapter " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Path> first(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** Names may have a prefix of peft's, and one of the model's twice. */
  private void addWhole(Path file) {
    files.add(file);
    List<TensorEntry> tensors =
        TensorFile.read(file).stream()
            .map(tensor -> tensor.renamed(without(LLAVA_PREFIX, tensor.name())))
            .toList();
    boolean doubled = tensors.stream().anyMatch(tensor -> tensor.name().startsWith(DOUBLED));
    for (TensorEntry tensor : tensors) {
      replace(doubled ? tensor.renamed(without("model.", tensor.name())) : tensor);
    }
  }

  private void addProducts(Path file, AdapterConfig config) {
    files.add(file);
    SortedMap<String, TensorEntry> down = new TreeMap<>();
    SortedMap<String, TensorEntry> up = new TreeMap<>();
    for (TensorEntry tensor : TensorFile.read(file)) {
      String name = without(PEFT_PREFIX, tensor.name());
      Matcher product = PRODUCT.matcher(name);
      if (product.matches()) {
        Map<String, TensorEntry> side = product.group(2).equals("A") ? down : up;
        if (side.put(product.group(1), tensor) != null) {
          throw new CheckpointException("two tensors are '" + name + "'");
        }
      } else if (name.contains(".lora_")) {
        throw new CheckpointException(
            "tensor '"
                + tensor.name()
                + "' is not supported; known: lora_A and lora_B of linear layers, without DoRA's"
                + " magnitudes and without biases");
      } else {
        replace(tensor.renamed(name));
      }
    }
    requireBoth(down.keySet(), up.keySet());
    down.forEach((module, a) -> update(module, a, up.get(module), config));
  }

  private static void requireBoth(Set<String> down, Set<String> up) {
    SortedSet<String> single = new TreeSet<>(down);
    single.addAll(up);
    single.removeIf(module -> down.contains(module) && up.contains(module));
    if (!single.isEmpty()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "module '%s' has only one of lora_A and lora_B%s",
              single.first(),
              single.size() == 1 ? "" : ", and so have " + (single.size() - 1) + " more"));
    }
  }

  private void update(String module, TensorEntry down, TensorEntry up, AdapterConfig config) {
    long rank = config.rank(module);
    if (down.shape().size() != 2
        || up.shape().size() != 2
        || down.shape().get(0) != rank
        || up.shape().get(1) != rank) {
      throw new CheckpointException(
          "lora_A "
              + down.shape()
              + " and lora_B "
              + up.shape()
              + " of '"
              + module
              + "' do not have the rank "
              + rank
              + " that "
              + CONFIG
              + " states");
    }
    TensorNames.canonical(module + ".weight")
        .map(
            name -> updates.put(name, new WeightEdit.LowRankUpdate(down, up, config.scale(module))))
        .ifPresent(
            other -> {
              throw new CheckpointException("two updates are of the tensor of '" + module + "'");
            });
  }

  private void replace(TensorEntry tensor) {
    TensorNames.canonical(tensor.name()).ifPresent(name -> replacements.put(name, tensor));
  }

  private static String without(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }
}
