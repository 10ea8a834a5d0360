package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.config.CheckpointException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose files are changed in its folder while this JVM lives. */
@Tag("model")
class ReplacedFilesTest {

  @TempDir private Path model;

  @BeforeEach
  void copy() throws IOException {
    Goldens.copyCheckpoint("mha", model);
  }

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  private ModelLease lease() {
    return LlavaEngine.acquire(
        EngineConfigs.of(
            model.toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.FP32,
            ImageAspect.CROP,
            "vicuna_v1"));
  }

  private static Answer answer(ModelLease lease) throws IOException {
    return lease
        .answer(
            new ImageRequest(
                Files.readAllBytes(Goldens.path("images/gray.png")),
                List.of(new Question("What is in this picture?", 0)),
                List.of(MethodSpec.parse("none"))))
        .get(0);
  }

  private Answer answer() throws IOException {
    try (ModelLease lease = lease()) {
      return answer(lease);
    }
  }

  /** Other weights of the same size, at the same time of the file. */
  private static void turn(Path weights) throws IOException {
    FileTime time = Files.getLastModifiedTime(weights);
    byte[] all = Files.readAllBytes(weights);
    int start = 8 + ByteBuffer.wrap(all).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt();
    try (FileChannel out = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      int half = start + (all.length - start) / 8 * 4;
      out.write(ByteBuffer.wrap(all, half, all.length - half), start);
      out.write(ByteBuffer.wrap(all, start, half - start), (long) start + all.length - half);
    }
    Files.setLastModifiedTime(weights, time);
  }

  @Test
  void untouchedFilesAreLoadedOnce() throws IOException {
    String first = answer().text();
    int loads = LlavaEngine.loads();
    Files.writeString(model.resolve("README.md"), "a note");
    assertThat(answer().text()).isEqualTo(first);
    assertThat(LlavaEngine.loads()).isEqualTo(loads);
  }

  @Test
  void weightsInPlaceOrReplacedAreAnotherModel() throws IOException {
    Answer first = answer();
    Path weights = model.resolve("model.safetensors");
    turn(weights);
    Answer second = answer();
    assertThat(second).isNotEqualTo(first);
    assertThat(second.text() + second.error()).isNotEqualTo(first.text() + first.error());

    Path former = Goldens.path("checkpoints/mha").resolve("model.safetensors");
    Path beside = Files.copy(former, model.resolve("beside"));
    Files.move(beside, weights, StandardCopyOption.REPLACE_EXISTING);
    assertThat(answer().text()).isEqualTo(first.text());
    assertThat(LlavaEngine.leases()).isZero();
  }

  @Test
  void settingsAndTokenizerAreReadAnew() throws IOException {
    Answer first = answer();
    Path generation = model.resolve("generation_config.json");
    String stops = Files.readString(generation);
    Files.writeString(generation, stops.replace("\"eos", "\"max_new_tokens\": 2, \"eos"));
    Answer shorter = answer();
    assertThat(first.tokens().generated()).isGreaterThan(2);
    assertThat(shorter.tokens().generated()).isEqualTo(2);
    Files.writeString(generation, stops);
    assertThat(answer().text()).isEqualTo(first.text());

    Path tokenizer = model.resolve("tokenizer.json");
    String words = Files.readString(tokenizer);
    Files.writeString(tokenizer, "{");
    assertThatThrownBy(this::answer).isInstanceOf(CheckpointException.class);
    Files.writeString(tokenizer, words);
    assertThat(answer().error()).as("a load that failed was another one").isNull();
  }

  @Test
  void answersOfFilesThatWereChangedMeanwhileAreRefused() throws IOException {
    try (ModelLease lease = lease()) {
      answer(lease);
      lease.model().checkpoint().requireSame(ModelFiles.ANY);
      turn(model.resolve("model.safetensors"));
      assertThatThrownBy(() -> lease.model().checkpoint().requireSame(ModelFiles.ANY))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("model.safetensors")
          .hasMessageContaining("by mv");
    }
  }

  @Test
  void aClipModelBesideAModelIsLoadedAnewToo(@TempDir Path clip) throws IOException {
    try (Stream<Path> files = Files.list(Goldens.path("clips/mha"))) {
      for (Path file : files.toList()) {
        Files.copy(file, clip.resolve(file.getFileName()));
      }
    }
    try (ModelLease lease = lease()) {
      ClipCheckpoint first = lease.model().clips().place("clip", clip);
      assertThat(lease.model().clips().place("clip", clip)).isSameAs(first);
      String digest = first.digest();

      turn(clip.resolve("model.safetensors"));
      assertThatThrownBy(first::requireSame)
          .hasMessageContaining("Cannot answer with " + clip)
          .hasMessageContaining("model.safetensors");
      ClipCheckpoint second = lease.model().clips().place("clip", clip);
      assertThat(second.digest())
          .isNotEqualTo(digest)
          .isEqualTo(ClipCheckpoint.open(clip).digest());
      second.requireSame();
    }
  }
}
