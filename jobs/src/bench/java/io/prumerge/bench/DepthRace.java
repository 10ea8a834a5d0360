package io.prumerge.bench;

import ai.djl.Device;
import io.prumerge.console.Texts;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.model.RandomCheckpoint;
import io.prumerge.model.RandomShape;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What methods save on a model as deep as LLaVA-1.5-7B, whose tower is a small part of it: seconds
 * a question, the time saved over the FLOPs saved, and questions per second compared with
 * transformers and with OpenVINO. The checkpoint is on disk only as long as the section runs.
 *
 * @param shape of the checkpoint
 */
record DepthRace(RandomShape shape, String python, int threads) implements Section {

  static final String NAME = "depth";

  private static final double PART = 0.5;
  private static final int MOST_ROUNDS = 3;
  private static final int NEW_TOKENS = 2; // as in WideRace
  private static final List<Integer> QUESTIONS = List.of(1, 3);
  private static final int VISIONZIP_TOKENS = 64; // the paper's smallest budget for LLaVA-1.5
  private static final double TERA = 1e12;

  /** A method's contest with transformers. */
  private record Entry(String method, int questions, Contest contest) {

    static Entry of(String method, int questions, Workload image) {
      return new Entry(
          method,
          questions,
          new Contest(
              "questions/s over the Hugging Face loop, " + label(method, questions),
              image.first(1, questions),
              method,
              Contest.Way.LOOP,
              MOST_ROUNDS));
    }

    static String label(String method, int questions) {
      return Texts.count(questions, "question") + " per image, " + method;
    }

    String label() {
      return label(method, questions);
    }
  }

  /** Where the engine answered, which its peers are told too. */
  private record Ran(Path model, Precision precision, Device device, String on) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Path folder = Files.createDirectories(setting.work().resolve(NAME));
    Workload image = new Workload(Pictures.draw(setting.work().resolve("pictures"), 1), NEW_TOKENS);
    try (BriefCheckpoint checkpoint =
        BriefCheckpoint.write(folder.resolve(shape.label()), setting.demo(), shape)) {
      // A list for each number of questions; the first entry of each is none.
      List<List<Entry>> entries =
          QUESTIONS.stream()
              .map(some -> methods().stream().map(one -> Entry.of(one, some, image)).toList())
              .toList();
      LlavaEngine.releaseIdle(); // the memory has room for one model
      Ran ran = race(entries, checkpoint.folder(), setting, results);
      for (List<Entry> some : entries) {
        some.forEach(entry -> results.add(seconds(entry, ran.on)));
      }
      for (List<Entry> some : entries) {
        some.stream().skip(1).map(entry -> saved(entry, some.get(0), ran.on)).forEach(results::add);
      }
      LlavaEngine.releaseIdle();
      openVino(entries.stream().map(some -> some.get(0)).toList(), ran, setting, results);
    }
  }

  private List<String> methods() {
    int tokens = Math.min(VISIONZIP_TOKENS, shape.patches() / 2); // a tiny one has fewer patches
    return List.of("none", "prumerge", "prumerge+", "visionzip:tokens=" + tokens, "fastv");
  }

  // Files in the run's precision are mapped by both sides: the system has them once.
  private Ran race(List<List<Entry>> entries, Path model, Setting setting, Results results)
      throws Exception {
    try (Peer peer =
            Peer.start(python, "peer", setting.root(), threads, setting.work().resolve(NAME));
        EngineLoop engine = new EngineLoop(model, setting.dtype(), setting.device())) {
      Ran ran = new Ran(model, engine.precision(), engine.device(), on(engine.precision()));
      List<Contest> contests =
          entries.stream().flatMap(List::stream).map(entry -> entry.contest).toList();
      new Race(contests, List.of() /* no goals */)
          .run(model, engine, peer, setting.part(PART), ran.on, results);
      return ran;
    }
  }

  private String on(Precision precision) {
    boolean half = shape.equals(RandomShape.half(shape.textLayers()));
    return shape.label()
        + (half ? ", half of LLaVA-1.5-7B's widths" : "")
        + ", "
        + precision.label();
  }

  private static Figure seconds(Entry entry, String on) {
    Samples ours = entry.contest.ours();
    return Figure.of(
        "seconds a question, " + entry.label(),
        on,
        ours.median() / entry.questions,
        Unit.SECONDS,
        String.format(
            Locale.ROOT,
            "%.2f s and %.3g TFLOP an image, rounds %d",
            ours.median(),
            entry.contest.flops() / TERA,
            ours.count()));
  }

  // Cuts inside the decoder leave questions less to share than none does: some save no FLOPs then.
  private static Figure saved(Entry entry, Entry none, String on) {
    String measure = "time saved over FLOPs saved, " + entry.label();
    double time = entry.contest.ours().over(none.contest.ours());
    double flops = entry.contest.flops() / none.contest.flops();
    String detail =
        String.format(
            Locale.ROOT,
            "%.3f of none's time, %.3f of its FLOPs, what questions share counted once",
            time,
            flops);
    return flops < 1
        ? Figure.of(measure, on, (1 - time) / (1 - flops), Unit.SHARE, detail)
        : Figure.absent(measure, on, Unit.SHARE, "no FLOPs are saved: " + detail);
  }

  // The compiled model has weights of its own: the engine is closed before it is loaded.
  private void openVino(List<Entry> entries, Ran ran, Setting setting, Results results)
      throws IOException {
    List<Contest> contests =
        entries.stream()
            .map(
                entry ->
                    entry.contest.later("questions/s over the loop on OpenVINO, " + entry.label()))
            .toList();
    try (Peer peer =
        Peer.start(
            python, "openvino_peer", setting.root(), threads, setting.work().resolve(NAME))) {
      results.facts("", peer.versions());
      BriefCheckpoint.requireRoom(
          ran.model, RandomCheckpoint.bytes(shape), "OpenVINO's export of " + shape.label());
      peer.load(ran.model, ran.precision, ran.device);
      contests.get(0).warm(peer);
      contests.forEach(contest -> contest.ask(peer));
    } catch (IOException | PeerException e) {
      contests.forEach(contest -> contest.leave(e.getMessage()));
    }
    contests.forEach(contest -> results.add(contest.figure(ran.on)));
  }
}
