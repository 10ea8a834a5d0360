package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.family.Families;
import io.prumerge.family.ModelType;
import io.prumerge.reduction.TokenReducers;

/** What the command {@code list} can list. */
enum ListTopic {
  METHODS {
    @Override
    Listing<?> listing() {
      return new Listing<>(
          "method",
          TokenReducers.names().stream().map(TokenReducers::named).map(ListedMethod::of).toList(),
          ListedMethod::name,
          ListedMethod.COLUMNS,
          8);
    }
  },
  BENCHMARKS {
    @Override
    Listing<?> listing() {
      return new Listing<>(
          "benchmark",
          Benchmarks.names().stream().map(Benchmarks::named).map(ListedQuestions::of).toList(),
          ListedQuestions::name,
          ListedQuestions.COLUMNS,
          3);
    }
  },
  MODELS {
    @Override
    Listing<?> listing() {
      return new Listing<>("family", Families.all(), ModelType::name, Listing.FAMILIES, 4);
    }
  },
  HARDWARE {
    @Override
    Listing<?> listing() {
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
    Listing<?> listing() {
      return new Listing<>("profile", ListedRules.all(), ListedRules::name, ListedRules.COLUMNS, 3);
    }
  };

  /** Finds all entries. */
  abstract Listing<?> listing();
}
