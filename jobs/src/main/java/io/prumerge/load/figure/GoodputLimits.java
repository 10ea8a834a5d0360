package io.prumerge.load.figure;

import io.prumerge.lang.Text;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.service.PlainNumber;
import io.prumerge.service.Unknown;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The times that an answer may take to be a good one, as {@code --goodput} of vLLM's {@code bench
 * serve} names them. Unlike there, {@code ttft} and {@code e2el} count from when a request was due:
 * one that waited to be sent has waited.
 *
 * @param millis the most of each time that has a limit, at least one
 */
public record GoodputLimits(Map<Limit, Double> millis) {

  /** A time that may have a limit. */
  enum Limit {
    TTFT,
    TPOT,
    E2EL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public GoodputLimits {
    millis = Map.copyOf(millis);
  }

  /**
   * Parses pairs such as {@code ttft:500}, in milliseconds.
   *
   * @throws IllegalArgumentException if one is none, or a time has two limits
   */
  public static GoodputLimits parse(List<String> pairs) {
    Map<Limit, Double> millis = new EnumMap<>(Limit.class);
    for (String pair : pairs) {
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(
            Text.format("A limit is a time and its milliseconds, as ttft:500, not '%s'", pair));
      }
      Limit limit = limit(pair.substring(0, colon));
      if (millis.put(limit, number(pair, pair.substring(colon + 1))) != null) {
        throw new IllegalArgumentException(limit + " has two limits");
      }
    }
    if (millis.isEmpty()) {
      throw new IllegalArgumentException("There is no limit");
    }
    return new GoodputLimits(millis);
  }

  private static Limit limit(String name) {
    List<String> known = Arrays.stream(Limit.values()).map(Limit::toString).toList();
    if (!known.contains(name)) {
      throw new IllegalArgumentException(Unknown.message("time", name, known));
    }
    return Limit.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static double number(String pair, String millis) {
    double limit;
    try {
      limit = PlainNumber.decimal(millis);
    } catch (NumberFormatException e) {
      limit = Double.NaN;
    }
    if (!(limit >= 0) || Double.isInfinite(limit)) {
      throw new IllegalArgumentException(
          Text.format(
              "A limit is a number of milliseconds from 0, not '%s' in '%s'", millis, pair));
    }
    return limit;
  }

  /**
   * Returns whether a request was answered within all limits; empty if one of its times that has a
   * limit is unknown. An answer of one token has a {@code tpot} of 0, as in vLLM.
   */
  Optional<Boolean> areMetBy(LoadRow row) {
    RequestTimes times = new RequestTimes(row);
    return areMet(
        row, times.plannedTtft(), tpot(times.shownTokens(), times.tpot()), times.plannedE2el());
  }

  /** Returns the same of vLLM's own times, from when the request was sent. */
  public Optional<Boolean> areMetInVllm(LoadRow row) {
    RequestTimes times = new RequestTimes(row);
    return areMet(row, times.vllmTtft(), tpot(times.tokens(), times.vllmTpot()), times.vllmE2el());
  }

  private Optional<Boolean> areMet(
      LoadRow row, OptionalDouble ttft, OptionalDouble tpot, OptionalDouble e2el) {
    if (!row.isAnswered()) {
      return Optional.of(false);
    }
    boolean good = true;
    for (Map.Entry<Limit, Double> one : millis.entrySet()) {
      OptionalDouble time =
          switch (one.getKey()) {
            case TTFT -> ttft;
            case TPOT -> tpot;
            case E2EL -> e2el;
          };
      if (time.isEmpty()) {
        return Optional.empty();
      }
      good &= time.getAsDouble() <= one.getValue();
    }
    return Optional.of(good);
  }

  private static OptionalDouble tpot(int tokens, OptionalDouble tpot) {
    return tokens == 1 ? OptionalDouble.of(0) : tpot;
  }

  /** Returns the pairs as they were given, in one order. */
  @Override
  public String toString() {
    return new EnumMap<>(millis)
        .entrySet().stream()
            .map(one -> one.getKey() + ":" + LoadPattern.number(one.getValue()))
            .collect(Collectors.joining(" "));
  }
}
