package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.console.TextColumns;
import io.prumerge.estimate.Format;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.family.Families;
import io.prumerge.family.ModelType;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.service.Unknown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a value of a flag may be, with facts about each. All of them are said elsewhere, by the
 * methods, the benchmarks and the files themselves; those of a method are asked of its reducer.
 *
 * @param noun what one entry is
 * @param entries in order; records that become JSON objects
 * @param name the name of an entry
 * @param columns the facts about an entry, the name first
 * @param brief leading columns that stand in the table of all entries
 */
record Listing<T>(
    String noun, List<T> entries, Function<T, String> name, TextColumns<T> columns, int brief) {

  /** What can be listed. */
  enum Topic {
    METHODS {
      @Override
      Listing<?> listing() {
        return new Listing<>(
            "method",
            TokenReducers.names().stream().map(TokenReducers::named).map(Method::of).toList(),
            Method::name,
            Method.COLUMNS,
            8);
      }
    },
    BENCHMARKS {
      @Override
      Listing<?> listing() {
        return new Listing<>(
            "benchmark",
            Benchmarks.names().stream().map(Benchmarks::named).map(Questions::of).toList(),
            Questions::name,
            Questions.COLUMNS,
            3);
      }
    },
    MODELS {
      @Override
      Listing<?> listing() {
        return new Listing<>("family", Families.all(), ModelType::name, FAMILIES, 4);
      }
    },
    HARDWARE {
      @Override
      Listing<?> listing() {
        HardwareTable known = HardwareTable.bundled();
        return new Listing<>(
            "hardware",
            known.names().stream().map(known::named).map(Device::of).toList(),
            Device::name,
            Device.COLUMNS,
            4);
      }
    },
    PROFILES {
      @Override
      Listing<?> listing() {
        return new Listing<>("profile", Rules.all(), Rules::name, Rules.COLUMNS, 3);
      }
    };

    /** Finds all entries. */
    abstract Listing<?> listing();
  }

  private static final TextColumns<ModelType> FAMILIES =
      new TextColumns<ModelType>()
          .with("model_type", ModelType::name)
          .with("models", ModelType::models)
          .with("layouts", ModelType::layouts)
          .with("image", ModelType::image);

  /** Returns the entries of one name. */
  Listing<T> named(String wanted) {
    List<T> found = entries.stream().filter(entry -> name.apply(entry).equals(wanted)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          Unknown.message(noun, wanted, entries.stream().map(name).toList()));
    }
    return new Listing<>(noun, found, name, columns, brief);
  }

  /** Returns lines of cells, the titles first: the leading facts about each entry. */
  List<List<String>> table() {
    return columns.of(entries).stream().map(line -> line.subList(0, brief)).toList();
  }

  /** Returns lines of two cells for each entry: what a fact is, and the fact. */
  List<List<String>> facts() {
    List<List<String>> lines = columns.of(entries);
    List<List<String>> facts = new ArrayList<>();
    for (List<String> entry : lines.subList(1, lines.size())) {
      for (int i = 0; i < entry.size(); i++) {
        facts.add(List.of(lines.get(0).get(i), entry.get(i)));
      }
    }
    return facts;
  }

  private static String joined(Collection<String> texts) {
    return texts.isEmpty() ? "-" : String.join(", ", texts);
  }

  private static String or(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /**
   * A reduction method.
   *
   * @param spec the shortest spec of it, with made-up values
   * @param keys all of them; those without a default have an empty value
   * @param stage where tokens are dropped
   * @param needs what it looks at that a model or a run may lack
   * @param paper its number at arXiv; empty without one
   * @param repository of its authors' code at GitHub; empty without one
   * @param control whether others are measured against it
   */
  private record Method(
      String name,
      String spec,
      Map<String, String> keys,
      String stage,
      List<String> needs,
      String paper,
      String repository,
      boolean control) {

    static final TextColumns<Method> COLUMNS =
        new TextColumns<Method>()
            .with("name", Method::name)
            .with("stage", Method::stage)
            .with("needs", method -> joined(method.needs))
            .with("keys", method -> joined(method.spelt()))
            .with("shortest spec", Method::spec)
            .with("arXiv", method -> or(method.paper))
            .with("repository", method -> or(method.repository))
            .with("control", method -> method.control ? "yes" : "-");

    static Method of(ReducerFactory factory) {
      ReducerFactory.About about = factory.about();
      Map<String, String> keys = new LinkedHashMap<>();
      TokenReducers.keys(factory)
          .forEach(key -> keys.put(key, about.defaults().getOrDefault(key, "")));
      String spec =
          about.example().isEmpty() ? factory.name() : factory.name() + ":" + about.example();
      String stage = "as its file says";
      List<String> needs = List.of(stage);
      if (!factory.takesAnyNumber()) {
        try {
          TokenReducer reducer = TokenReducers.of(MethodSpec.read(spec));
          stage = stage(reducer);
          needs = needs(reducer);
        } catch (IllegalArgumentException e) { // of somebody's jar; the others are listed as well
          stage = "unknown: about() gives no example of " + factory.name() + " that it takes";
          needs = List.of();
        }
      }
      return new Method(
          factory.name(),
          spec,
          keys,
          stage,
          needs,
          about.paper(),
          about.repository(),
          about.control());
    }

    private List<String> spelt() {
      return keys.entrySet().stream()
          .map(key -> key.getValue().isEmpty() ? key.getKey() : key.getKey() + "=" + key.getValue())
          .toList();
    }

    // The numbers are LLaVA-1.5-7B's; whether there are cuts does not depend on them.
    private static String stage(TokenReducer reducer) {
      boolean cuts = !reducer.cuts(576, 32).isEmpty();
      if (reducer instanceof DecoderReducer) {
        return cuts ? "in the decoder" : "none";
      }
      if (reducer.smallSide(1).isPresent()) {
        return "the image";
      }
      return (reducer.inTower().isPresent() ? "in the tower" : "before the decoder")
          + (cuts ? ", in the decoder" : "");
    }

    private static List<String> needs(TokenReducer reducer) {
      return Stream.of(
              Optional.of("class token").filter(need -> looksAtClassToken(reducer)),
              Optional.of("question").filter(need -> reducer.perQuestion()),
              Optional.of("CLIP").filter(need -> !reducer.clips().isEmpty()))
          .flatMap(Optional::stream)
          .toList();
    }

    private static boolean looksAtClassToken(TokenReducer reducer) {
      return reducer.sees().stream().anyMatch(TowerEvidence::ofClassToken)
          || reducer.inTower().stream()
              .flatMap(inside -> inside.sees().stream())
              .anyMatch(InTower.View::ofClassToken);
    }
  }

  /**
   * A benchmark.
   *
   * @param split the usual one
   * @param layouts of files that are read
   * @param headlines the headline figure by profile, the benchmark's own first
   */
  private record Questions(
      String name, String split, List<String> layouts, Map<String, String> headlines) {

    static final TextColumns<Questions> COLUMNS =
        new TextColumns<Questions>()
            .with("name", Questions::name)
            .with("split", Questions::split)
            .with("headline by profile", questions -> joined(questions.spelt()))
            .with("reads", questions -> String.join("; ", questions.layouts));

    static Questions of(Benchmark benchmark) {
      Map<String, String> headlines = new LinkedHashMap<>();
      for (String profile : benchmark.profiles()) {
        headlines.put(profile, benchmark.metrics(profile).get(0).name());
      }
      return new Questions(
          benchmark.name(), benchmark.defaultSplit(), benchmark.layouts(), headlines);
    }

    private List<String> spelt() {
      return headlines.entrySet().stream()
          .map(headline -> headline.getKey() + ": " + headline.getValue())
          .toList();
    }
  }

  /**
   * Scoring rules.
   *
   * @param benchmarks that have them
   * @param usualOf the benchmarks whose usual ones they are
   */
  private record Rules(String name, List<String> benchmarks, List<String> usualOf) {

    static final TextColumns<Rules> COLUMNS =
        new TextColumns<Rules>()
            .with("name", Rules::name)
            .with("benchmarks", rules -> joined(rules.benchmarks))
            .with("usual of", rules -> joined(rules.usualOf));

    static List<Rules> all() {
      SortedMap<String, Rules> all = new TreeMap<>();
      for (String name : Benchmarks.names()) {
        List<String> profiles = Benchmarks.named(name).profiles();
        for (String profile : profiles) {
          Rules rules =
              all.computeIfAbsent(
                  profile, known -> new Rules(known, new ArrayList<>(), new ArrayList<>()));
          rules.benchmarks.add(name);
          if (profile.equals(profiles.get(0))) {
            rules.usualOf.add(name);
          }
        }
      }
      return List.copyOf(all.values());
    }
  }

  /**
   * Hardware, in the units of {@code conf/hardware.yaml}.
   *
   * @param memoryGb null if it is not stated
   */
  private record Device(
      String name,
      Double memoryGb,
      double bandwidthGbPerS,
      Map<String, Double> teraPerS,
      String source,
      String remark) {

    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;

    static final TextColumns<Device> COLUMNS =
        new TextColumns<Device>()
            .with("name", Device::name)
            .with("GB", device -> device.memoryGb == null ? "-" : Parameters.plain(device.memoryGb))
            .with("GB/s", device -> Parameters.plain(device.bandwidthGbPerS))
            .with("1e12/s", device -> joined(device.rates()))
            .with("source", Device::source)
            .with("remark", device -> or(device.remark));

    static Device of(Hardware hardware) {
      OptionalLong memory = hardware.memoryBytes();
      Map<String, Double> rates = new LinkedHashMap<>();
      for (Format format : Format.values()) {
        if (hardware.peaks().containsKey(format)) {
          rates.put(format.displayName(), hardware.peaks().get(format) / TERA);
        }
      }
      return new Device(
          hardware.name(),
          memory.isPresent() ? memory.getAsLong() / GIGA : null,
          hardware.bytesPerSecond() / GIGA,
          rates,
          hardware.source(),
          hardware.remark());
    }

    private List<String> rates() {
      return teraPerS.entrySet().stream()
          .map(rate -> rate.getKey() + " " + Parameters.plain(rate.getValue()))
          .toList();
    }
  }
}
