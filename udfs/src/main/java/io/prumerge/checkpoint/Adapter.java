package io.prumerge.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.Require;
import io.prumerge.config.Settings;
import io.prumerge.family.TensorNames;
import io.prumerge.lang.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
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
    SortedMap<String, LowRankUpdate> updates,
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

  /** Returns the files of a folder that an adapter is read from. */
  static List<Path> paths(Path folder) {
    return Stream.of(List.of(CONFIG), WEIGHTS, WHOLE)
        .flatMap(List::stream)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .toList();
  }

  /** Returns whether a folder has one of the files that make an adapter. */
  static boolean isAdapter(Path folder) {
    return Stream.concat(Stream.of(CONFIG), WHOLE.stream())
        .map(folder::resolve)
        .anyMatch(Files::isRegularFile);
  }

  /**
   * Returns the conversation template of a training whose record is in the folder; empty where
   * there is none.
   */
  static Optional<String> template(Path folder) {
    Path record = folder.resolve(Checkpoint.TRAINING);
    return Files.isRegularFile(record)
        ? JsonFile.read(record)
            .object("settings")
            .flatMap(settings -> settings.text("conversation"))
            .filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  /** Returns whether an adapter's folder describes weights and has none. */
  static boolean lacksWeights(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG)) && first(folder, WEIGHTS).isEmpty();
  }

  /**
   * Reads a folder.
   *
   * @param names of the base's tensors
   */
  static Adapter read(Path folder, TensorNames names) {
    try {
      Adapter adapter = new Adapter(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
      first(folder, WHOLE).ifPresent(file -> adapter.addWhole(file, names));
      Path config = folder.resolve(CONFIG);
      if (Files.isRegularFile(config)) {
        adapter.files.add(config);
        Path weights =
            first(folder, WEIGHTS)
                .orElseThrow(
                    () ->
                        new CheckpointException(
                            "there is neither " + String.join(" nor ", WEIGHTS)));
        adapter.addProducts(weights, AdapterConfig.read(JsonFile.read(config)), names);
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
  private void addWhole(Path file, TensorNames names) {
    files.add(file);
    List<TensorEntry> tensors =
        TensorFile.read(file).stream()
            .map(tensor -> tensor.renamed(without(LLAVA_PREFIX, tensor.name())))
            .toList();
    boolean doubled = tensors.stream().anyMatch(tensor -> tensor.name().startsWith(DOUBLED));
    for (TensorEntry tensor : tensors) {
      replace(doubled ? tensor.renamed(without("model.", tensor.name())) : tensor, names);
    }
  }

  private void addProducts(Path file, AdapterConfig config, TensorNames names) {
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
        replace(tensor.renamed(name), names);
      }
    }
    requireBoth(down.keySet(), up.keySet());
    down.forEach(
        (module, a) ->
            names
                .canonical(module + ".weight")
                .ifPresent(weight -> update(weight, module, a, up.get(module), config)));
  }

  private static void requireBoth(Set<String> down, Set<String> up) {
    SortedSet<String> single = new TreeSet<>(down);
    single.addAll(up);
    single.removeIf(module -> down.contains(module) && up.contains(module));
    if (!single.isEmpty()) {
      throw new CheckpointException(
          Text.format(
              "module '%s' has only one of lora_A and lora_B%s",
              single.first(),
              single.size() == 1 ? "" : ", and so have " + (single.size() - 1) + " more"));
    }
  }

  private void update(
      String weight, String module, TensorEntry down, TensorEntry up, AdapterConfig config) {
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
    LowRankUpdate update = new LowRankUpdate(down, up, config.scale(module));
    if (updates.put(weight, update) != null) {
      throw new CheckpointException("two updates are of the tensor of '" + module + "'");
    }
  }

  private void replace(TensorEntry tensor, TensorNames names) {
    names.canonical(tensor.name()).ifPresent(name -> replacements.put(name, tensor));
  }

  private static String without(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /**
   * The settings of a LoRA adapter that its weights depend on. Source: peft 0.21.2, {@code
   * peft/tuners/lora/config.py}, {@code layer.py} (update_layer), {@code utils/other.py}
   * (get_pattern_key).
   *
   * <p>{@code fan_in_fan_out} is not read: peft sets it to false for linear layers, and all of
   * LLaVA's are ({@code dispatch_default}).
   *
   * @param rank of modules without an entry in {@code ranks}
   * @param alpha of modules without an entry in {@code alphas}
   * @param rootScale whether the scale is alpha / sqrt(rank) instead of alpha / rank
   * @param ranks by pattern, in the file's order; the first that matches counts
   * @param alphas likewise
   */
  private record AdapterConfig(
      int rank, double alpha, boolean rootScale, ModulePatterns ranks, ModulePatterns alphas) {

    /** Settings that change what an adapter means, and are not implemented. */
    private static final List<String> REFUSED =
        List.of(
            "use_dora",
            "lora_bias",
            "use_qalora",
            "use_bdlora",
            "alora_invocation_tokens",
            "arrow_config",
            "kasa_config",
            "layer_replication",
            "megatron_config",
            "monteclora_config",
            "target_parameters",
            "trainable_token_indices");

    /** Ways to begin that leave the base's weights as they are. */
    private static final Set<String> PLAIN_STARTS = Set.of("gaussian", "eva", "orthogonal");

    AdapterConfig {
      Require.positive("adapter_config.json: r", rank);
    }

    static AdapterConfig read(Settings config) {
      String kind = config.text("peft_type", "LORA");
      if (!kind.equals("LORA")) {
        throw config.error("peft_type", "'" + kind + "' is not supported; known: LORA");
      }
      for (String key : REFUSED) {
        config
            .value(key)
            .filter(value -> !isOff(value))
            .ifPresent(
                value -> {
                  throw config.error(key, "is " + value + ", which is not supported");
                });
      }
      config
          .value("init_lora_weights")
          .filter(start -> start.isTextual() && !PLAIN_STARTS.contains(start.textValue()))
          .ifPresent(
              start -> {
                throw config.error(
                    "init_lora_weights",
                    "is " + start + ", which changes the base's weights; convert it with peft");
              });
      return new AdapterConfig(
          config.integer("r", 8),
          config.decimal("lora_alpha", 8),
          config.flag("use_rslora", false),
          patterns(config, "rank_pattern"),
          patterns(config, "alpha_pattern"));
    }

    private static boolean isOff(JsonNode value) {
      return value.isBoolean() && !value.booleanValue()
          || value.isContainerNode() && value.isEmpty();
    }

    private static ModulePatterns patterns(Settings config, String key) {
      Map<String, Double> values = new LinkedHashMap<>();
      config
          .object(key)
          .ifPresent(
              object ->
                  object
                      .json()
                      .fieldNames()
                      .forEachRemaining(
                          pattern -> values.put(pattern, object.neededDecimal(pattern))));
      return new ModulePatterns(config.file() + ": " + key, values);
    }

    /**
     * Returns the rank of a module.
     *
     * @param module its name in the model that was trained, as in {@code
     *     model.layers.0.self_attn.q_proj}
     */
    int rank(String module) {
      return (int) ranks.of(module, rank);
    }

    /** Returns the factor of a module's product. */
    double scale(String module) {
      int r = rank(module);
      return alphas.of(module, alpha) / (rootScale ? Math.sqrt(r) : r);
    }

    /**
     * Values by a regular expression over the names of modules; the first that matches a whole
     * name, or the end of one after a dot, counts. Source: peft 0.21.2, {@code utils/other.py},
     * get_pattern_key.
     */
    private static final class ModulePatterns {

      /** Python's own syntax is larger; adapters use names, dots, digits and alternatives. */
      private static final Pattern KNOWN = Pattern.compile("[\\w.\\\\^$|()*+?\\[\\]-]{0,1000}");

      private static final int MOST_STEPS = 1_000_000;

      private final String where;
      private final Map<String, Double> values;

      /**
       * @param where file and key, for errors
       * @param values by pattern, in order
       */
      ModulePatterns(String where, Map<String, Double> values) {
        this.where = where;
        this.values = values;
      }

      double of(String module, double otherwise) {
        for (Map.Entry<String, Double> entry : values.entrySet()) {
          if (matches(entry.getKey(), module)) {
            return entry.getValue();
          }
        }
        return otherwise;
      }

      private boolean matches(String pattern, String module) {
        if (!KNOWN.matcher(pattern).matches()) {
          throw refused(pattern, "has characters that are not supported", null);
        }
        try {
          return Pattern.compile("(.*\\.)?(" + pattern + ")")
              .matcher(new Watched(module, new int[1]))
              .matches();
        } catch (PatternSyntaxException e) {
          throw refused(pattern, "is no regular expression: " + e.getDescription(), e);
        } catch (IllegalStateException e) {
          throw refused(pattern, e.getMessage(), e);
        }
      }

      private CheckpointException refused(String pattern, String problem, Throwable cause) {
        return new CheckpointException(where + ": '" + pattern + "' " + problem, cause);
      }

      /** A text that ends a match which goes back and forth without end. */
      private record Watched(String text, int[] steps) implements CharSequence {

        @Override
        public char charAt(int index) {
          if (steps[0]++ > MOST_STEPS) {
            throw new IllegalStateException("takes too long to match");
          }
          return text.charAt(index);
        }

        @Override
        public int length() {
          return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
          return new Watched(text.substring(start, end), steps);
        }

        @Override
        public String toString() {
          return text;
        }
      }
    }
  }
}
