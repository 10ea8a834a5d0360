package io.prumerge.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.Answer;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Resident memory while a question about a long video is answered, compared with Hugging Face's and
 * with that under a method. Each is answered in a process of its own, whose peak while it loads the
 * checkpoint does not count.
 */
final class VideoMemory implements Section {

  private static final int FRAMES = 64;
  private static final int NEW_TOKENS = 2; // as in WideRace
  private static final String METHOD = "divprune:tokens=25%";

  private final String python;
  private final int threads;

  VideoMemory(String python, int threads) {
    this.python = python;
    this.threads = threads;
  }

  /** Answers in this process: {@code MODEL DTYPE PICTURES METHOD OUTPUT}. */
  public static void main(String[] args) throws Exception {
    try (EngineLoop engine = VideoRace.engine(Path.of(args[0]), DtypeChoice.valueOf(args[1]))) {
      double loaded = Host.residentMegabytes();
      Host.forgetPeak();
      List<Answer> answers =
          engine.answer(work(Path.of(args[2])).requests(MethodSpec.parse(args[3]))).get(0);
      MemoryPeak peak =
          new MemoryPeak(loaded, Host.peakMegabytes(), answers.stream().map(Answer::text).toList());
      Files.writeString(Path.of(args[4]), peak.json().toString());
    }
  }

  @Override
  public String name() {
    return "video-memory";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Path model = setting.randomOneVision();
    Precision precision = Devices.ofProcessor(setting.dtype());
    String on = model.getFileName() + ", " + precision.label();
    MemoryPeak none = ours(setting, model, MethodSpec.NONE.toString());
    MemoryPeak pruned = ours(setting, model, METHOD);
    results.add(againstTheirs(setting, model, precision, none, on));
    results.add(
        share("the same, " + METHOD + " over none", on, pruned, none, "").against(Goal.atMost(1)));
  }

  private static MemoryPeak ours(Setting setting, Path model, String method) throws Exception {
    Path output = setting.work().resolve("video-memory.json");
    CommandJvm.run(
        VideoMemory.class,
        "a question about a video",
        setting.work().resolve("video-memory.log"),
        List.of(
            model.toString(),
            setting.dtype().name(),
            pictures(setting).toString(),
            method,
            output.toString()));
    return MemoryPeak.of(new ObjectMapper().readTree(output.toFile()));
  }

  private Figure againstTheirs(
      Setting setting, Path model, Precision precision, MemoryPeak ours, String on)
      throws IOException {
    String measure = "peak memory of a question about 64 frames over Hugging Face's, none";
    try (Peer peer = Peer.start(python, "peer", setting.root(), threads, setting.work())) {
      peer.load(model, precision, Device.cpu());
      MemoryPeak theirs = peer.peak(work(pictures(setting)));
      String answers = ours.answers().equals(theirs.answers()) ? "equal" : "not equal";
      return share(measure, on, ours, theirs, "; answers " + answers);
    } catch (PeerException e) {
      return Figure.absent(
          measure,
          on,
          Unit.SHARE,
          String.format(Locale.ROOT, "ours %s; peer: %s", ours.text(), e.getMessage()));
    }
  }

  private static Figure share(
      String measure, String on, MemoryPeak one, MemoryPeak other, String more) {
    return Figure.of(
        measure,
        on,
        one.peak() / other.peak(),
        Unit.SHARE,
        String.format(Locale.ROOT, "%s against %s%s", one.text(), other.text(), more));
  }

  private static Path pictures(Setting setting) {
    return setting.work().resolve("pictures");
  }

  private static Workload work(Path pictures) throws IOException {
    return new Workload(AskedVideo.draw(pictures, 1, FRAMES), NEW_TOKENS).first(1, 1);
  }
}
