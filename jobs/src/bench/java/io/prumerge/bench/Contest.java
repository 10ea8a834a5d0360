package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.reduction.MethodSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One workload that the engine and the peer answer in turn. */
final class Contest {

  /** How the peer goes about it. */
  enum Way {
    /** One question after another. */
    LOOP,
    /** All questions of the workload in one padded batch. */
    BATCH
  }

  private final String measure;
  private final Workload work;
  private final MethodSpec method;
  private final Way way;
  private final int rounds;
  private final Samples ours;
  private final Samples theirs = new Samples();
  private final Samples language = new Samples();
  private final boolean inTurn;
  private List<Answer> answers = List.of();
  private PeerAnswers peerAnswers;
  private String absence = "";

  /**
   * @param rounds that it takes part in; the slow ones sit later rounds out
   */
  Contest(String measure, Workload work, String method, Way way, int rounds) {
    this(measure, work, MethodSpec.parse(method), way, rounds, new Samples(), true);
  }

  private Contest(
      String measure,
      Workload work,
      MethodSpec method,
      Way way,
      int rounds,
      Samples ours,
      boolean inTurn) {
    this.measure = measure;
    this.work = work;
    this.method = method;
    this.way = way;
    this.rounds = rounds;
    this.ours = ours;
    this.inTurn = inTurn;
  }

  /** The engine's rounds of this one against a peer that answers once the engine is closed. */
  Contest later(String otherMeasure) {
    Contest later = new Contest(otherMeasure, work, method, way, rounds, ours, false);
    later.answers = answers;
    return later;
  }

  int rounds() {
    return rounds;
  }

  /** There is no peer. */
  void leave(String reason) {
    absence = reason;
  }

  /** One question on both sides that does not count: first calls allocate and compile. */
  void warm(EngineLoop engine, Peer peer) throws InterruptedException {
    engine.answer(work.first(1, 1).requests(method));
    warm(peer);
  }

  /** One question to the peer alone that does not count. */
  void warm(Peer peer) {
    if (absence.isEmpty()) {
      try {
        peer.loop(work.first(1, 1), method.toString());
      } catch (PeerException e) {
        absence = e.getMessage();
      }
    }
  }

  /** Both sides once; who begins alternates. */
  void round(int number, EngineLoop engine, Peer peer) throws InterruptedException {
    if (number >= rounds) {
      return;
    }
    boolean peerFirst = number % 2 == 1;
    if (peerFirst) {
      ask(peer);
    }
    long start = System.nanoTime();
    List<List<Answer>> found = engine.answer(work.requests(method));
    ours.add((System.nanoTime() - start) / 1e9);
    answers = found.stream().flatMap(List::stream).toList();
    language.add(Stages.of(answers).language());
    if (!peerFirst) {
      ask(peer);
    }
  }

  /** The peer's side alone. */
  void ask(Peer peer) {
    if (!absence.isEmpty()) {
      return;
    }
    try {
      peerAnswers =
          way == Way.LOOP ? peer.loop(work, method.toString()) : peer.batched(work, work.count());
      theirs.add(peerAnswers.seconds());
    } catch (PeerException e) {
      absence = e.getMessage();
    }
  }

  Figure figure(String on) {
    double ourRate = work.count() / ours.median();
    if (theirs.isEmpty()) {
      return Figure.absent(
          measure, on, Unit.TIMES, "ours %s; peer: %s".formatted(rate(ourRate), absence));
    }
    return Figure.of(
        measure,
        on,
        inTurn ? theirs.over(ours) : theirs.median() / ours.median(),
        Unit.TIMES,
        "%s against %s, rounds %d%s; %s%s%s"
            .formatted(
                rate(ourRate),
                rate(work.count() / theirs.median()),
                theirs.count(),
                interval(),
                agreement(),
                kept(),
                inTurn ? "" : "; one after the other, not in turn"));
  }

  /**
   * The same ratio if the language model had more layers, everything else being equal.
   *
   * @param peerLanguage what one question takes the peer in its language model, seconds
   * @param factor layers then over layers now
   */
  Figure projected(String on, double peerLanguage, double factor) {
    double more = factor - 1;
    double theirSeconds = theirs.median() + more * work.count() * peerLanguage;
    double ourSeconds = ours.median() + more * language.median();
    return Figure.of(
        measure + ", language model's time x " + String.format(Locale.ROOT, "%.0f", factor),
        on,
        theirSeconds / ourSeconds,
        Unit.TIMES,
        "projected: the language model is a smaller part of this checkpoint than of LLaVA-1.5-7B");
  }

  boolean hasPeer() {
    return !theirs.isEmpty();
  }

  /** Seconds that the engine took for the whole workload in each round. */
  Samples ours() {
    return ours;
  }

  /** FLOPs that ran for the engine's answers, what questions of an image share counted once. */
  double flops() {
    return answers.stream().mapToDouble(answer -> answer.work().flopsExecuted()).sum();
  }

  /** The part of the answers that are the peer's. */
  Figure agreement(String on) {
    return absence.isEmpty()
        ? Figure.of(measure, on, (double) equal() / answers.size(), Unit.SHARE, agreement())
        : Figure.absent(measure, on, Unit.SHARE, absence);
  }

  private String agreement() {
    return "%d of %d answers equal".formatted(equal(), answers.size());
  }

  private int equal() {
    int equal = 0;
    for (int i = 0; i < answers.size(); i++) {
      equal += answers.get(i).text().equals(peerAnswers.answers().get(i)) ? 1 : 0;
    }
    return equal;
  }

  // The least and the largest ratio of a round.
  private String interval() {
    if (!inTurn || theirs.count() < 2) {
      return "";
    }
    Samples ratios = theirs.ratios(ours);
    return String.format(Locale.ROOT, ", %.2fx to %.2fx", ratios.min(), ratios.max());
  }

  private String kept() {
    if (answers.get(0).tokens().keptIndices() == null || way == Way.BATCH) {
      return "";
    }
    int equal = 0;
    long tokens = 0;
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> mine = Arrays.stream(answers.get(i).tokens().keptIndices()).boxed().toList();
      equal += mine.equals(peerAnswers.kept().get(i)) ? 1 : 0;
      tokens += mine.size();
    }
    return "; %d of %d with the same kept patches, %d in the mean"
        .formatted(equal, answers.size(), tokens / answers.size());
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 1 ? "%.3f" : "%.2f", perSecond) + " questions/s";
  }
}
