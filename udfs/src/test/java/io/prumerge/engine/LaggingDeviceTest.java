package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.engine.LaggingDevice.Asked;
import io.prumerge.torch.LaggingTorch;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The times of stages on a device that only queues what it is asked, as a GPU does. */
@Tag("model")
class LaggingDeviceTest {

  private static final int LAG_MILLIS = 10;
  private static final String MHA = "checkpoints/mha";

  private static LaggingDevice device(String checkpoint, int lagMillis) throws Exception {
    return new LaggingDevice(Goldens.path(checkpoint), "auto", lagMillis);
  }

  private static List<String> without(List<String> calls, List<String> others) {
    List<String> left = new ArrayList<>(calls);
    others.forEach(left::remove);
    return left;
  }

  /** What runs for the features is the same under every method, and so is what it is charged to. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "prumerge", "fastervlm:tokens=32", "divprune:tokens=32"})
  void theTowersTimeIsItsOwnUnderEveryMethod(String method) throws Exception {
    try (LaggingDevice device = device(MHA, LAG_MILLIS)) {
      device.ask("none"); // computes what stays
      List<String> tower = device.ask("none").encoding();
      Asked asked = device.ask(method);
      StageMillis millis = asked.answer().work().millis();
      // One call more is that of the wait between the tower and its evidence.
      List<String> evidence = without(asked.encoding(), tower);
      assertThat(tower).contains("tower");
      assertThat(millis.vision()).isGreaterThanOrEqualTo((tower.size() - 1) * LAG_MILLIS);
      assertThat(millis.reduction())
          .isGreaterThanOrEqualTo((evidence.size() - 1 + asked.reducing().size()) * LAG_MILLIS);
      assertThat(millis.prefill() + millis.decode())
          .isGreaterThanOrEqualTo((asked.passes().size() - 1) * LAG_MILLIS);
    }
  }

  @Test
  void aRunInsideTheTowerIsPartOfTheTowersTime() throws Exception {
    try (LaggingDevice device = device(MHA, LAG_MILLIS)) {
      device.ask("none");
      Asked asked = device.ask("tome:tokens=200");
      assertThat(asked.answer().error()).isNull();
      assertThat(asked.encoding().size()).isGreaterThan(device.ask("none").encoding().size());
      assertThat(asked.answer().work().millis().vision())
          .isGreaterThanOrEqualTo((asked.encoding().size() - 2) * LAG_MILLIS);
    }
  }

  /** Rules choose on the host, for which they read what they look at; rows are made after that. */
  @Test
  void mergingAndTheConnectorAreNoPartOfTheSelection() throws Exception {
    try (LaggingDevice device = device(MHA, LAG_MILLIS)) {
      device.ask("none");
      Asked asked = device.ask("prumerge");
      assertThat(asked.reducing()).contains("merge", "project");
      StageMillis millis = asked.answer().work().millis();
      assertThat(millis.reduction() - millis.select()).isGreaterThanOrEqualTo(3 * LAG_MILLIS);
    }
  }

  @Test
  void aResultThatWasNotCopiedToTheHostIsNamed() {
    LaggingTorch torch = new LaggingTorch(TorchRuntime.open(), 0);
    try (Torch.Value one = torch.tensor(new float[1], 1);
        Torch.Value like = torch.list(List.of(one));
        Torch.Value rows = torch.tensor(new float[] {1, 2}, like, 2, 1);
        Torch.Value row = torch.call("row", rows, 1);
        Torch.Value copied = torch.call("floats", row)) {
      torch.await(like);
      assertThat(copied.toFloats(torch)).containsExactly(2);
      assertThat(torch.unfetched()).isEmpty();
      assertThat(torch.waits()).isEqualTo(2);
      row.toFloats(torch);
      assertThat(torch.unfetched()).containsExactly("row");
      assertThat(torch.waits()).isEqualTo(3);
    }
  }
}
