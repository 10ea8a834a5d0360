package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.family.Families;
import io.prumerge.family.ModelType;
import io.prumerge.reduction.TokenReducers;
import java.util.List;
import java.util.stream.Stream;

/** What the command {@code list} can list. */
enum ListTopic {
  METHODS {
    @Override
    Listing<?> listing(List<Benchmark> more) {
      return new Listing<>(
          "method",
          TokenReducers.names().stream().map(TokenReducers::named).map(ListedMethod::of).toList(),
          ListedMethod::name,
          ListedMethod.COLUMNS,
          9);
    }
  },
  BENCHMARKS {
    @Override
    Listing<?> listing(List<Benchmark> more) {
      return new Listing<>(
          "benchmark",
          Stream.concat(
                  Benchmarks.KNOWN.names().stream().map(Benchmarks.KNOWN::named), more.stream())
              .map(ListedQuestions::of)
              .toList(),
          ListedQuestions::name,
          ListedQuestions.COLUMNS,
          3,
          ListedQuestions::file);
    }
  },
  MODELS {
    @Override
    Listing<?> listing(List<Benchmark> more) {
      return new Listing<>("family", Families.all(), ModelType::name, Listing.FAMILIES, 4);
    }
  },
  HARDWARE {
    @Override
    Listing<?> listing(List<Benchmark> more) {
      HardwareTable known = HardwareTable.bundled();
      return new Listing<>(
          "hardware",
          known.names().stream().map(known::named).map(ListedDevice::of).toList(),
          ListedDevice::name,
          ListedDevice.COLUMNS,
          4);
    }
  },
  PROFILES {
    @Override
    Listing<?> listing(List<Benchmark> more) {
      return new Listing<>(
          "profile", ListedRules.all(more), ListedRules::name, ListedRules.COLUMNS, 3);
    }
  };

  /**
   * Finds all entries.
   *
   * @param more benchmarks that files define
   */
  abstract Listing<?> listing(List<Benchmark> more);
}
