package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.LaggingTorch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.TestZoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint on a device that only queues what it is asked, as a GPU does. */
final class LaggingDevice implements AutoCloseable {

  private static final Question QUESTION = new Question("What is this?", 2);

  /** What the device was asked in each stage of a request, and what it answered. */
  record Asked(
      List<String> encoding, List<String> reducing, List<String> passes, int waits, Answer answer) {

    int calls() {
      return encoding.size() + reducing.size() + passes.size();
    }
  }

  private final LaggingTorch torch;
  private final ImageAnswerer answerer;
  private final byte[] picture;

  /**
   * @param conversation the template's name, or {@code auto}
   * @param lagMillis what the device takes for each call
   */
  LaggingDevice(Path checkpoint, String conversation, int lagMillis) throws Exception {
    torch = new LaggingTorch(TorchRuntime.open(), lagMillis);
    answerer =
        new ImageAnswerer(
            new LoadedModel(TestZoo.load(checkpoint, conversation, torch)), new Lanes(1, 1));
    picture = Files.readAllBytes(Goldens.path("images/wide.png"));
  }

  /**
   * Asks about a picture once.
   *
   * @throws io.prumerge.reduction.ReductionException if the method refuses the picture as it is
   */
  Asked ask(String method) throws Exception {
    ImageRequest request =
        new ImageRequest(picture, List.of(QUESTION), List.of(MethodSpec.parse(method)));
    PendingRequest pending = new PendingRequest(request, 1, () -> {}, Runnable::run);
    answerer.prepare(pending);
    try (Lane lane = answerer.lane(() -> {})) {
      int first = torch.calls().size();
      int waits = torch.waits();
      lane.take(List.of(pending));
      assertThat(torch.idle()).as("encoded").isTrue();
      int encoded = torch.calls().size();
      lane.step(); // reduces it
      int reduced = torch.calls().size();
      while (lane.busy()) {
        lane.step();
      }
      List<String> calls = torch.calls();
      return new Asked(
          calls.subList(first, encoded),
          calls.subList(encoded, reduced),
          calls.subList(reduced, calls.size()),
          torch.waits() - waits,
          pending.answers().get().get(0));
    }
  }

  @Override
  public void close() {
    answerer.close();
    assertThat(torch.unfetched()).as("read without a copy to the host").isEmpty();
    assertThat(OpenValues.count()).isZero();
  }
}
