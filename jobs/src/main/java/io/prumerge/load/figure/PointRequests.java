package io.prumerge.load.figure;

import io.prumerge.load.generate.LoadPattern;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All requests of one server's point: of all repeats, and of all shares that were sent by processes
 * of their own.
 *
 * @param all each series in the order in which its requests were due
 */
record PointRequests(List<LoadRow> all) {

  PointRequests {
    all =
        all.stream()
            .sorted(
                Comparator.<LoadRow>comparingInt(row -> row.series().repeat())
                    .thenComparing(row -> row.series().share())
                    .thenComparing(LoadRow::request))
            .toList();
  }

  LoadSubject subject() {
    return all.get(0).series().subject();
  }

  LoadPattern pattern() {
    return all.get(0).series().pattern();
  }

  /** Returns the requests of each series, each with a clock of its own. */
  Collection<List<LoadRow>> series() {
    return all.stream()
        .collect(Collectors.groupingBy(LoadRow::series, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  /** Returns each repeat's series, which were sent at the same time. */
  Collection<List<List<LoadRow>>> repeats() {
    return series().stream()
        .collect(
            Collectors.groupingBy(
                one -> one.get(0).series().repeat(), TreeMap::new, Collectors.toList()))
        .values();
  }

  /** Returns how many processes sent them. */
  int shares() {
    return (int) all.stream().map(row -> row.series().share()).distinct().count();
  }

  List<LoadRow> measured() {
    return all.stream().filter(LoadRow::isMeasured).toList();
  }

  /** Returns the measured requests that have an answer. */
  List<LoadRow> answered() {
    return all.stream().filter(row -> row.isMeasured() && row.isAnswered()).toList();
  }

  /** Returns the times of {@link #answered}. */
  List<RequestTimes> times() {
    return answered().stream().map(RequestTimes::new).toList();
  }

  int count(Predicate<LoadRow> which) {
    return (int) all.stream().filter(which).count();
  }
}
