package io.prumerge.bench;

import io.prumerge.model.RandomCheckpoint;
import io.prumerge.model.RandomFolder;
import io.prumerge.model.RandomOneVision;
import io.prumerge.model.RandomQwen;
import io.prumerge.model.RandomShape;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What all sections of a run share.
 *
 * @param root the repository
 * @param work folder for checkpoints, pictures and results; what is there is used again
 * @param time what the whole run should take; a section takes its part, and one round at least
 * @param shape of the random checkpoint
 * @param pictures that are generated for the demo checkpoint
 * @param images of the Spark job over the random checkpoint, two at least
 * @param requests whose memory is watched
 * @param device that answers
 * @param dtype of the checkpoints with random weights
 * @param cpu what a device is compared with
 */
record Setting(
    Path root,
    Path work,
    Duration time,
    RandomShape shape,
    int pictures,
    int images,
    int requests,
    DeviceChoice device,
    DtypeChoice dtype,
    CpuAnswers cpu) {

  private static final String GOLDENS = "udfs/src/test/resources/goldens";

  /** The checkpoint of this repository that answers. */
  Path demo() {
    return root.resolve("conf/mini-llava");
  }

  /** The checkpoint with random weights, written where it is not there yet. */
  Path random() throws IOException {
    return random(shape);
  }

  /** A checkpoint of another shape. */
  Path random(RandomShape other) throws IOException {
    Path folder = work.resolve("checkpoints").resolve(other.label());
    RandomCheckpoint.write(folder, demo(), other);
    return folder;
  }

  /** The Qwen2.5-VL with random weights, likewise. */
  Path randomQwen() throws IOException {
    return written(RandomQwen.beside(shape), golden("qwen/qwen2_5_vl/untied"));
  }

  /** The LLaVA-OneVision with random weights, likewise. */
  Path randomOneVision() throws IOException {
    return written(RandomOneVision.beside(shape), golden("video/odd"));
  }

  private Path written(RandomFolder model, Path small) throws IOException {
    Path folder = work.resolve("checkpoints").resolve(model.label());
    model.write(folder, small);
    return folder;
  }

  /** A folder of the tests' small checkpoints. */
  Path golden(String name) {
    return root.resolve(GOLDENS).resolve(name);
  }

  /** Whether a GPU answers. */
  boolean gpu() {
    return device != DeviceChoice.CPU;
  }

  /** How the random checkpoint is called in the table. */
  String randomName() {
    return shape.label();
  }

  Duration part(double share) {
    return Duration.ofMillis((long) (share * time.toMillis()));
  }
}
